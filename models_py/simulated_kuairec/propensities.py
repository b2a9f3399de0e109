"""The true chance that a pair is met after an instant: the policy that showed it, run again.

The pipeline never reads it; judging does, to know what estimated chances are worth.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from reelrank.exact_math import exp, log
from reelrank.progress import progress

from simulated_kuairec.days import EPOCH, LOG_DAYS, SECONDS, WINDOWS
from simulated_kuairec.log import USERS_PER_CHUNK, choose_pairs
from simulated_kuairec.seeds import generator
from simulated_kuairec.source import read_facts
from simulated_kuairec.world import World, build_world

STEPS = 40  # of Newton, for how long a race lasts
LAST = len(WINDOWS) - 1


def find_propensities(data_dir: str | Path) -> "Propensities | None":
    """Propensities of a simulated source; None for any other source."""
    facts = read_facts(Path(data_dir))
    if facts is None or "guess_strength" not in facts.get("parameters", {}).get("exposure", {}):
        return None
    return Propensities(lambda: build_world(float(facts["counts"]["factor"]), int(facts["seed"])))


@dataclass(frozen=True)
class Propensities:
    """Chances to be met in the last window of the log, which holds the boundary.

    Attributes
    ----------
    world : callable
        Builds the world, when it is first needed.
    """

    world: Callable[[], World]

    def __call__(self, user_ids: np.ndarray, video_ids: np.ndarray, after: float) -> np.ndarray:
        """Chance that pairs not met before are met after Unix second `after`, float64 (n,).

        The draws without replacement are a race of exponential times that ends when the user has
        met enough: a pair of weight w is among them with chance 1 - exp(-t w), t such that the
        chances add up to the number met. Its day follows the weights of the days.
        """
        world = self.world()
        chunks, found = user_ids // USERS_PER_CHUNK, np.zeros(len(user_ids))
        with progress("true propensities", len(user_ids)) as done:
            for chunk in np.unique(chunks):
                mine = np.flatnonzero(chunks == chunk)
                first = int(chunk) * USERS_PER_CHUNK
                chances = chunk_chances(world, int(chunk), after)
                found[mine] = chances[user_ids[mine] - first, video_ids[mine]]
                done(len(mine))
        return found


def chunk_chances(world: World, chunk: int, after: float) -> np.ndarray:
    """Chances of one chunk of users with all videos, float64 (n_users, n_videos)."""
    first = chunk * USERS_PER_CHUNK
    users = np.arange(first, min(first + USERS_PER_CHUNK, world.counts.users))
    seen: dict[int, tuple[np.ndarray, np.ndarray, np.ndarray]] = {}

    def look(window: int, weights: np.ndarray, closed: np.ndarray, wanted: np.ndarray) -> None:
        if window == LAST:
            seen[LAST] = weights.copy(), closed.copy(), wanted.copy()

    choose_pairs(world, users, generator(world.seed, "log", chunk), look)
    weights, closed, wanted = seen[LAST]
    weights = np.where(closed, 0.0, weights)
    return inclusion_chances(weights, wanted) * _later_shares(world, users, after)


def inclusion_chances(weights: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Chances 1 - exp(-t w) that add up to `wanted` in each row, float64 (n, m)."""
    start = wanted / np.maximum(weights.sum(axis=1), 1e-300)
    log_t = log(np.maximum(start, 1e-300))[:, None]
    for _ in range(STEPS):
        hazard = exp(log_t) * weights
        missed = exp(-hazard)
        off = wanted[:, None] - (1 - missed).sum(axis=1, keepdims=True)
        slope = (hazard * missed).sum(axis=1, keepdims=True)
        log_t = log_t + np.clip(off / np.maximum(slope, 1e-12), -1, 1)
    return 1 - exp(-exp(log_t) * weights)


def _later_shares(world: World, users: np.ndarray, after: float) -> np.ndarray:
    """Share of each pair's weight in the last window that lies after an instant."""
    start, stop = WINDOWS[LAST]
    day = (after - EPOCH) / SECONDS
    later = np.clip(LOG_DAYS[start:stop] + 1 - day, 0.0, 1.0)
    activity = world.plan.activity[users, start:stop].astype(np.float64)
    profile = world.plan.profile[start:stop].astype(np.float64)
    whole, after_it = np.zeros((2, len(users), profile.shape[1]))
    for day_activity, day_profile, share in zip(activity.T, profile, later, strict=True):
        of_day = day_activity[:, None] * day_profile
        whole += of_day
        after_it += share * of_day
    return np.divide(after_it, whole, out=np.zeros_like(whole), where=whole > 0)
