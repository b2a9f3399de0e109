"""One list of candidates out of all sources, each keeping where it came from."""

from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa

from reelrank.candidates.lists import USERS_AT_ONCE
from reelrank.candidates.scoring import UNKNOWN, best
from reelrank.list_ranker.moments import Moment
from reelrank.list_ranker.sources import scorer
from reelrank.progress import ignore
from reelrank.threads import in_order

# share of the list that a source may fill by itself; trending_taste orders and fills the rest
SHARES = {"trending": 0.2, "als_alive": 0.2, "trending_to_end": 0.2, "content": 0.05}
BASE = "trending_taste"
FALLBACK = "most_viewed"
WITH_TOWERS = {"two_tower": 0.2}  # where the preset has them
UNRANKED = np.iinfo(np.int16).max


def propose_union(
    moment: Moment, count: int, on_users: Callable[[float], None] = ignore, threads: int = 1
) -> pa.Table:
    """Propose `count` unwatched videos to each user of the moment.

    The first of each source are in; the order, and the rest, is that of trending_taste. Where
    fewer videos are alive, those with the highest recent rate among the others follow.

    Returns
    -------
    pyarrow.Table
        user_id, rank, video_id, score, source (the one that ranks the video highest), and
        {source}_rank and {source}_score of each source, the rank null beyond its share.
    """
    return pa.concat_tables(union_parts(moment, count, on_users, threads)).unify_dictionaries()


def union_parts(
    moment: Moment, count: int, on_users: Callable[[float], None] = ignore, threads: int = 1
) -> Iterator[pa.Table]:
    """Give the same in parts of some users: all at once would be the most memory of a run."""
    moment = moment.among(_may_be_proposed(moment, count))
    shares = SHARES | (WITH_TOWERS if moment.towers else {})
    scorers = {name: scorer(moment, name) for name in (*shares, BASE)}

    def propose(start: int) -> pa.Table:
        users = np.arange(start, min(start + USERS_AT_ONCE, len(moment.user_ids)))
        closed = moment.watched[users].toarray() != 0
        scores = {name: np.where(closed, UNKNOWN, score(users)) for name, score in scorers.items()}
        found = _union(moment, users, count, scores, closed, shares)
        on_users(len(users))
        return found

    yield from in_order(propose, range(0, max(len(moment.user_ids), 1), USERS_AT_ONCE), threads)


def _may_be_proposed(moment: Moment, count: int) -> np.ndarray:
    """Living videos, if every user has `count` of them unwatched, else all; bool (n_videos,)."""
    watched = moment.watched[:, moment.is_alive].getnnz(axis=1)
    is_enough = moment.is_alive.sum() - watched.max(initial=0) >= count
    return moment.is_alive if is_enough else np.ones(len(moment.video_ids), bool)


def _union(
    moment: Moment,
    users: np.ndarray,
    count: int,
    scores: dict[str, np.ndarray],
    closed: np.ndarray,
    shares: dict[str, float],
) -> pa.Table:
    shape = closed.shape
    ranks = {}
    is_in = np.zeros(shape, bool)
    for name, share in shares.items():
        positions, _ = best(scores[name], max(int(share * count), 1))
        ranks[name] = np.zeros(shape, np.int16)
        rows, places = np.nonzero(positions >= 0)
        ranks[name][rows, positions[rows, places]] = places + 1
        is_in |= ranks[name] > 0
    order = _order(moment, scores[BASE], closed)
    # the shares first, then the rest in order: the count best of these two levels
    chosen, _ = best(np.where(is_in, order + np.float32(1e4), order), count)
    values = np.where(chosen >= 0, np.take_along_axis(order, chosen, axis=1), UNKNOWN)
    by_value = np.argsort(-values, axis=1, kind="stable")
    chosen = np.take_along_axis(chosen, by_value, axis=1)
    rows, places = np.nonzero(chosen >= 0)
    videos = chosen[rows, places]
    found = {name: ranks[name][rows, videos] for name in shares}
    is_alive = np.isfinite(scores[BASE][rows, videos])
    found[BASE] = np.where(is_alive, places + 1, 0).astype(np.int16)
    columns = {
        "user_id": moment.user_ids[users[rows]],
        "rank": (places + 1).astype(np.int16),
        "video_id": moment.video_ids[videos],
        "score": order[rows, videos],
        "source": _first_source(found),
    }
    for name in found:
        columns[f"{name}_rank"] = pa.array(found[name], mask=found[name] == 0)
        values = scores[name][rows, videos]
        columns[f"{name}_score"] = pa.array(values, mask=~np.isfinite(values))
    return pa.table(columns)


def _order(moment: Moment, base: np.ndarray, closed: np.ndarray) -> np.ndarray:
    """Order of trending_taste, and far below it by rate what is not alive."""
    below = np.where(closed, UNKNOWN, moment.log_rate - np.float32(1e3))
    return np.where(np.isfinite(base), base, below)


def _first_source(ranks: dict[str, np.ndarray]) -> pa.DictionaryArray:
    """Name the source that ranks each candidate highest, the fallback where none does."""
    placed = np.stack([np.where(of > 0, of, UNRANKED) for of in ranks.values()])
    first = np.where(placed.min(axis=0) < UNRANKED, placed.argmin(axis=0), len(placed))
    return pa.DictionaryArray.from_arrays(pa.array(first.astype(np.int8)), [*ranks, FALLBACK])
