"""The catalogue at the boundary as arrays, and lists from it: of rules, of tables, of chance."""

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import numpy as np
from scipy import sparse

from reelrank.evaluation.orderings import BOTH, DEPTH, Ordering
from reelrank.evaluation.ranking import Lists, order_keys
from reelrank.positions import positions
from reelrank.warehouse.sql import read_sql

USERS_AT_ONCE = 512
MakeLists = Callable[[], np.ndarray]
"""Makes lists of what was read, without the database: int32 (n_users, depth)."""
FLAGS = {"watch_ratio_above_1": 1, "long_view": 2}
LAST = np.uint64(0xFFFFFFFFFFFFFFFF)  # behind every key


@dataclass(frozen=True)
class Videos:
    """Table judge_videos, in its order.

    Attributes
    ----------
    ids : int32 (n_videos,)
        Ascending.
    is_in_catalogue : bool (n_videos,)
    tie_break : uint64 (n_videos,)
        Order of videos with equal scores.
    """

    ids: np.ndarray
    is_in_catalogue: np.ndarray
    tie_break: np.ndarray

    def positions(self, video_ids: np.ndarray) -> np.ndarray:
        """Places of known videos in `ids`, int32 (n,)."""
        return positions(self.ids, video_ids)

    def scores(self, con: duckdb.DuckDBPyConnection, expression: str) -> np.ndarray:
        """Evaluate an expression over judge_videos, float64 (n_videos,), NaN where it is null."""
        query = f"select cast({expression} as double) as score from judge_videos"
        return as_floats(con.execute(query).fetchnumpy()["score"])

    def in_order(self, scores: np.ndarray) -> np.ndarray:
        """Positions of the catalogue's videos, best first, int64 (n,)."""
        order = np.lexsort((self.tie_break, order_keys(scores)))
        return order[self.is_in_catalogue[order]]


@dataclass(frozen=True)
class Catalogue:
    """Who may be shown what, and what they would have found.

    Attributes
    ----------
    users : int32 (n_users,)
        Everybody who gets a list, ascending.
    videos : Videos
    watched : csr bool (n_users, n_videos)
        Pairs of train, which no list may hold.
    wanted : csr uint8 (n_users, n_videos)
        What users found relevant among videos first met after the boundary: 1 above one, 2 long
        view, 3 both.
    """

    users: np.ndarray
    videos: Videos
    watched: sparse.csr_matrix
    wanted: sparse.csr_matrix

    def relevant_counts(self, relevance: str) -> np.ndarray:
        """Videos that each user then found relevant, int64 (n_users,)."""
        is_relevant = (self.wanted.data & FLAGS[relevance]) > 0
        rows = np.repeat(np.arange(len(self.users)), np.diff(self.wanted.indptr))
        return np.bincount(rows[is_relevant], minlength=len(self.users))

    def reachable_shares(self, relevance: str) -> np.ndarray:
        """Share of what each user found relevant that is in the catalogue, float64 (n_users,)."""
        is_relevant = ((self.wanted.data & FLAGS[relevance]) > 0).astype(np.float64)
        is_reachable = self.videos.is_in_catalogue[self.wanted.indices]
        rows = np.repeat(np.arange(len(self.users)), np.diff(self.wanted.indptr))
        reachable = np.bincount(rows, is_relevant * is_reachable, len(self.users))
        return reachable / np.maximum(self.relevant_counts(relevance), 1)

    def hits(self, shown: np.ndarray) -> dict[str, np.ndarray]:
        """Whether listed videos were found relevant; relevance -> bool (n_users, depth).

        Parameters
        ----------
        shown : int32 (n_users, depth)
            Positions of videos, -1 where a list has ended.
        """
        flags = np.empty(shown.shape, np.uint8)
        for users in chunks(len(self.users)):
            flags[users] = np.take_along_axis(self.wanted[users].toarray(), shown[users], axis=1)
        flags[shown < 0] = 0
        return {relevance: (flags & FLAGS[relevance]) > 0 for relevance in BOTH}

    def unwatched(self, order: np.ndarray, depth: int = DEPTH) -> np.ndarray:
        """Every user's first unwatched videos in an order of videos, int32 (n_users, depth).

        Looks no further down the order than the users of a chunk need.
        """
        shown = np.full((len(self.users), depth), -1, np.int32)
        for users in chunks(len(self.users)):
            watched = self.watched[users].toarray()
            width = 2 * depth
            is_open = ~watched[:, order[:width]]
            while width < len(order) and (is_open.sum(axis=1) < depth).any():
                width *= 2
                is_open = ~watched[:, order[:width]]
            places = np.flatnonzero(is_open) % is_open.shape[1]
            lists = Lists.of_lengths(is_open.sum(axis=1))
            shown[users] = lists.first(order[places], depth)
        return shown

    def pairs(self, user_ids: np.ndarray, video_ids: np.ndarray) -> "Pairs":
        """Place pairs of known videos that are sorted by user, int32 (n,) each."""
        lists = Lists.of(positions(self.users, user_ids), len(self.users))
        return Pairs(lists, self.videos.positions(video_ids))


@dataclass(frozen=True)
class Pairs:
    """Pairs of the catalogue, one list of videos for each user.

    Attributes
    ----------
    lists : Lists
    videos : int32 (n_pairs,)
        Positions of videos.
    """

    lists: Lists
    videos: np.ndarray

    def best(self, scores: np.ndarray | None = None, depth: int = DEPTH) -> np.ndarray:
        """Give each user's best videos, int32 (n_users, depth), -1 where a list has ended.

        Parameters
        ----------
        scores : float (n_pairs,), optional
            Higher comes first; without, the pairs are in order.
        """
        lists = self.lists
        rows = np.arange(len(self.videos)) if scores is None else lists.order(order_keys(scores))
        return np.append(self.videos, np.int32(-1))[lists.first(rows, depth)]


def chunks(count: int, size: int = USERS_AT_ONCE) -> list[slice]:
    """Slices that cover so many users."""
    return [slice(start, start + size) for start in range(0, count, size)]


def read_catalogue(con: duckdb.DuckDBPyConnection, seed: int) -> Catalogue:
    """Make tables judge_videos, judge_users and judge_wanted, and read them."""
    con.execute(read_sql("evaluation/sql/videos.sql"), {"seed": seed})
    con.execute(read_sql("evaluation/sql/users.sql"))
    con.execute(read_sql("evaluation/sql/wanted.sql"))
    users = con.execute("from judge_users").fetchnumpy()["user_id"]
    found = con.execute(
        "select video_id, is_in_catalogue, tie_break from judge_videos"
    ).fetchnumpy()
    videos = Videos(found["video_id"], found["is_in_catalogue"], found["tie_break"])
    watched = con.execute(
        "select user_id, video_id, true as flag from training.als_confidences"
    ).fetchnumpy()
    wanted = con.execute(
        "select user_id, video_id, cast(is_above_one::int + 2 * is_long_view::int as utinyint)"
        " as flag from judge_wanted where flag > 0"
    ).fetchnumpy()
    return Catalogue(users, videos, _pairs(users, videos, watched), _pairs(users, videos, wanted))


def _pairs(users: np.ndarray, videos: Videos, found: dict[str, np.ndarray]) -> sparse.csr_matrix:
    """Lay flags of pairs out as a matrix (n_users, n_videos)."""
    places = (positions(users, found["user_id"]), videos.positions(found["video_id"]))
    return sparse.csr_matrix((found["flag"], places), shape=(len(users), len(videos.ids)))


def ordered_lists(
    con: duckdb.DuckDBPyConnection,
    catalogue: Catalogue,
    ordering: Ordering,
    candidates: Pairs | None = None,
) -> MakeLists:
    """Read an ordering of videos, or of judge_lists, whose pairs are `candidates`."""
    if ordering.source == "judge_videos":
        order = catalogue.videos.in_order(catalogue.videos.scores(con, ordering.score))
        return lambda: catalogue.unwatched(order)
    found = con.execute(f"select {ordering.score} as score from judge_lists").fetchnumpy()
    return lambda: candidates.best(as_floats(found["score"]))


def read_pairs(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, table: str) -> Pairs:
    """Read the pairs of a table that is sorted by user."""
    found = con.execute(f"select user_id, video_id from {table}").fetchnumpy()
    return catalogue.pairs(found["user_id"], found["video_id"])


def proposed_lists(
    con: duckdb.DuckDBPyConnection, catalogue: Catalogue, model: str, depth: int
) -> MakeLists:
    """Read the candidates of a proposer in run_candidates, best first; lists of `depth`."""
    columns = con.execute(
        "select user_id, video_id, rank from run_candidates where model = $model",
        {"model": model},
    ).fetchnumpy()

    def make() -> np.ndarray:
        user, video = columns["user_id"], columns["video_id"]
        place = user.astype(np.int64) << 16 | columns["rank"]
        if (place[1:] < place[:-1]).any():
            order = np.argsort(place)
            user, video = user[order], video[order]
        return catalogue.pairs(user, video).best(depth=depth)

    return make


def random_lists(catalogue: Catalogue, seed: int) -> MakeLists:
    """Draw unwatched videos of the catalogue in random order."""
    listed = np.flatnonzero(catalogue.videos.is_in_catalogue)
    depth = min(DEPTH, len(listed))
    place = np.uint64((1 << len(listed).bit_length()) - 1)  # the bits that say which video it is

    def make() -> np.ndarray:
        draw = np.random.default_rng(seed)
        shown = np.full((len(catalogue.users), DEPTH), -1, np.int32)
        for users in chunks(len(catalogue.users) if depth else 0):
            watched = catalogue.watched[users].toarray()[:, listed]
            keys = draw.integers(LAST, size=watched.shape, dtype=np.uint64) & ~place
            keys |= np.arange(len(listed), dtype=np.uint64)
            keys[watched] = LAST
            keys.partition(depth - 1, axis=1)
            first = np.sort(keys[:, :depth], axis=1)
            videos = listed[np.minimum(first & place, np.uint64(len(listed) - 1))]
            shown[users, :depth] = np.where(first < LAST, videos, -1)
        return shown

    return make


def as_floats(values: np.ndarray) -> np.ndarray:
    """Numbers of a query as float32 or float64, NaN for null."""
    kind = np.float32 if values.dtype == np.float32 else np.float64
    return np.ma.filled(values.astype(kind), np.nan)
