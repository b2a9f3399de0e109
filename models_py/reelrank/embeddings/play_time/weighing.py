"""Weigh events by how far they are from what a fit expects, all threads at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from reelrank.embeddings.play_time.context import fit_contexts
from reelrank.embeddings.play_time.exposure import Exposure, find_exposures
from reelrank.embeddings.play_time.least_squares import Side
from reelrank.embeddings.play_time.log import PlayLog
from reelrank.embeddings.play_time.taste import PlayTaste
from reelrank.presets import PlayTimeSettings

LEAST_SLOPE = 0.1  # of psi: a log of outliers alone still says something
CHUNK = 1 << 15
MOST_SPREADS = 3.0  # contexts are fitted on residuals cut off here


@dataclass(frozen=True)
class Events:
    """The log from both sides, and what is the same in every sweep."""

    log: PlayLog
    by_user: Side
    by_video: Side
    of_users: Exposure
    of_videos: Exposure

    @classmethod
    def of(cls, log: PlayLog, threads: int) -> "Events":
        """Group the events by users and by videos."""
        counts = len(log.user_ids), len(log.video_ids)
        by_user = Side.of(log.users, log.videos, counts, threads)
        by_video = Side.of(log.videos, log.users, counts[::-1], threads)
        return cls(log, by_user, by_video, *find_exposures(log, by_user, by_video))

    def each(self, find: Callable[[slice], np.ndarray]) -> np.ndarray:
        """Find something of every event, float64 (n_events,), in chunks that fit the cache."""
        found = np.empty(len(self.log.users))

        def fill(part: slice) -> None:
            found[part] = find(part)

        with ThreadPoolExecutor(self.by_user.threads) as pool:
            list(pool.map(fill, chunks(len(found))))
        return found


def event_weights(scaled: np.ndarray, limit: float) -> tuple[np.ndarray, float]:
    """Give k(z) of residuals in spreads, times what makes the precision of the fit honest.

    The variance of an M-estimate is mean(psi^2) / mean(psi')^2 / n with psi = z k(z), where
    weights k alone claim 1 / mean(k) / n (Huber 1981, Robust statistics, section 3.2); so
    heavy tails lead to stronger shrinkage.

    Parameters
    ----------
    scaled : float64 (n_events,)
    limit : float
        Where an event counts half.

    Returns
    -------
    weights : float64 (n_events,)
    honesty : float
        The factor that is in them.
    """
    weights, slope, spread = np.empty_like(scaled), 0.0, 0.0
    for part in chunks(len(scaled)):
        tail = np.square(np.square(scaled[part] / limit))  # a power differs between processors
        some = 1 / (1 + tail)
        slope += (some - 4 * tail * some**2).sum()
        spread += np.square(scaled[part] * some).sum()
        weights[part] = some
    count = max(len(scaled), 1)
    claimed = spread / count * (weights.sum() / count)
    honesty = max(slope / count, LEAST_SLOPE) ** 2 / claimed if claimed > 0 else 1.0
    return weights * honesty, float(honesty)


def chunks(count: int) -> Iterator[slice]:
    """Slices of some events each: what is computed of them stays in the cache."""
    return (slice(start, start + CHUNK) for start in range(0, count, CHUNK))


def weigh(
    events: Events, taste: PlayTaste, settings: PlayTimeSettings
) -> tuple[PlayTaste, np.ndarray, np.ndarray]:
    """Weigh events by the residuals of a fit, and fit the contexts again.

    Returns
    -------
    taste : PlayTaste
        With the new contexts.
    weights, weighted : float64 (n_events,)
        w and w * r, in the order of the log.
    """
    log, level, spread = events.log, taste.levels.level, taste.levels.spread
    known = events.each(lambda part: taste.tastes(log, part))

    def scaled(part: slice) -> np.ndarray:
        return (taste.residuals(log, part) - known[part]) / spread[log.users[part]]

    def cut(part: slice) -> np.ndarray:
        users = log.users[part]
        most = MOST_SPREADS * spread[users]
        return np.clip(log.log_play[part] - level[users] - known[part], -most, most)

    weights, honesty = event_weights(events.each(scaled), settings.outlier_spreads)
    weights = events.each(lambda part: weights[part] / spread[log.users[part]] ** 2)
    contexts = fit_contexts(log, events.each(cut), weights)
    taste = replace(taste, contexts=contexts, honesty=honesty)
    return taste, weights, events.each(lambda part: weights[part] * taste.residuals(log, part))
