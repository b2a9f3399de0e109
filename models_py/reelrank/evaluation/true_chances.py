"""How good lists would have been: the true chance of each listed video, on simulated data.

The log only knows what the old policy showed. The simulation knows what anyone would have done
with any video, so a list that wins by guessing the policy is seen through here.
"""

from dataclasses import dataclass

import duckdb
import numpy as np

from reelrank.evaluation.catalogue import Catalogue
from reelrank.evaluation.oracle import LOCAL_HOURS, ROWS_AT_ONCE, Truth
from reelrank.evaluation.orderings import ABOVE_ONE, CUTOFFS, DEPTH, LONG_VIEW
from reelrank.evaluation.ranking import Lists, order_keys
from reelrank.evaluation.results import Results
from reelrank.evaluation.shown import VideoFacts, describe
from reelrank.progress import progress
from reelrank.threads import in_order

PROTOCOL = "end_to_end_truth"
MOST_PAIRS = 4_000_000  # as many users are drawn as have so many pairs with the catalogue


@dataclass(frozen=True)
class Chances:
    """True chances of some users with all videos, at noon of the day after the boundary.

    Attributes
    ----------
    users : int64 (n_users,)
        Places in the catalogue's users, ascending.
    chance : relevance -> float64 (n_users, n_videos)
    """

    users: np.ndarray
    chance: dict[str, np.ndarray]

    def means(self, relevance: str, shown: np.ndarray) -> np.ndarray:
        """Mean chance of the first k of lists, float64 (cutoffs, n_users).

        Parameters
        ----------
        shown : int32 (n_users, depth)
            Positions of videos, -1 where a list has ended, which counts as no chance.
        """
        listed = np.take_along_axis(self.chance[relevance], np.maximum(shown, 0), axis=1)
        sums = np.cumsum(np.where(shown >= 0, listed, 0.0), axis=1)
        ks = np.array(CUTOFFS)
        return sums[:, np.minimum(ks, shown.shape[1]) - 1].T / ks[:, None]

    def add(self, results: Results, catalogue: Catalogue, model: str, relevance: str,
            shown: np.ndarray) -> None:  # fmt: skip
        """Judge lists of the drawn users, positions of videos, int32 (n_users, depth)."""
        values = self.means(relevance, shown)[:, None]
        users = catalogue.users[self.users]
        results.add_measures((PROTOCOL, relevance), ("true_chance",), model, users, values)

    def add_oracles(self, results: Results, catalogue: Catalogue, facts: VideoFacts) -> None:
        """Judge and describe the best lists there are: of all videos, and of the living ones."""
        videos = catalogue.videos
        is_open = ~catalogue.watched[self.users].toarray() & videos.is_in_catalogue
        is_alive = np.nan_to_num(facts.averaged["alive_share"]) > 0
        for model, allowed in (("oracle", is_open), ("oracle_alive", is_open & is_alive)):
            rows, places = np.nonzero(allowed)
            lists = Lists.of(rows, len(self.users))
            for relevance, chance in self.chance.items():
                order = lists.order(order_keys(chance[rows, places].astype(np.float32)))
                first = lists.first(order, DEPTH)
                shown = np.append(places, -1)[first]
                self.add(results, catalogue, model, relevance, shown)
                if relevance == LONG_VIEW:
                    users = catalogue.users[self.users]
                    describe(results, facts, PROTOCOL, model, users, shown, allowed.shape[1])


def true_chances(
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    truth: Truth,
    seed: int,
    threads: int = 1,
) -> Chances:
    """Ask the truth about users drawn by a hash, all of them where the catalogue is small."""
    count = max(MOST_PAIRS // len(catalogue.videos.ids), 1)
    drawn = con.execute(
        "select user_id from judge_users order by hash(user_id, $seed) limit $count",
        {"seed": seed, "count": count},
    ).fetchnumpy()["user_id"]
    users = np.sort(np.searchsorted(catalogue.users, drawn))
    (noon,) = con.execute(
        "select epoch(boundary_on + interval 36 hour) from training.split_boundary"
    ).fetchone()
    thresholds = catalogue.videos.scores(con, "threshold")
    ids = catalogue.videos.ids
    chance = {name: np.empty((len(users), len(ids))) for name in (ABOVE_ONE, LONG_VIEW)}
    step = max(ROWS_AT_ONCE // len(ids), 1)

    def ask(start: int) -> tuple[int, np.ndarray]:
        some = catalogue.users[users[start : start + step]]
        pairs = np.repeat(some, len(ids)), np.tile(ids, len(some))
        at = np.full(len(pairs[0]), noon - LOCAL_HOURS * 3600)
        ratios = np.stack([np.ones(len(at)), np.tile(thresholds, len(some))])
        found = truth.probability_above(*pairs, ratios, at, "big")
        return start, found.reshape(2, len(some), len(ids))

    with progress("true chances", len(users), "users") as done:
        for start, found in in_order(ask, range(0, len(users), step), threads):
            for name, each in zip((ABOVE_ONE, LONG_VIEW), found, strict=True):
                chance[name][start : start + step] = each
            done(found.shape[1])
    return Chances(users, chance)
