"""The judged events as arrays: who met what, what came of it, and how a model orders it."""

from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np

from reelrank.evaluation.catalogue import Videos, as_floats
from reelrank.evaluation.orderings import ABOVE_ONE, LONG_VIEW, Ordering
from reelrank.evaluation.ranking import LEFT_OUT, Lists, order_keys
from reelrank.warehouse.sql import read_sql

READ_ROWS = """
select user_id, video_id, is_dense, is_first, event_at, video_duration_ms, watch_ratio,
    threshold, is_above_one, is_long_view, is_ever_above_one, is_ever_long_view
from judge_rows
"""


@dataclass(frozen=True)
class Protocol:
    """Lists of one protocol among the judged rows.

    Attributes
    ----------
    name : str
    lists : slice
        Which of the lists of all rows.
    is_entry : bool (n_rows,) or None
        Which rows are entries of the lists; None for all.
    relevant : relevance -> bool (n_rows,)
    relevant_counts : relevance -> int64 (n_lists,)
        Relevant videos of each list's user.
    """

    name: str
    lists: slice
    is_entry: np.ndarray | None
    relevant: dict[str, np.ndarray]
    relevant_counts: dict[str, np.ndarray]


@dataclass(frozen=True)
class JudgedRows:
    """Rows of table judge_rows, in its order.

    Attributes
    ----------
    columns : dict of arrays (n_rows,)
        As `READ_ROWS` names them.
    video_ids, videos : int32 (n_rows,)
        Ids, and positions among the known videos.
    lists : Lists
        One for each (matrix, user), dense lists first.
    users : int32 (n_lists,)
        User id of each list.
    """

    columns: dict[str, np.ndarray]
    video_ids: np.ndarray
    videos: np.ndarray
    lists: Lists
    users: np.ndarray

    @cached_property
    def dense_lists(self) -> int:
        """How many lists are of the dense matrix: the first ones."""
        return int(np.count_nonzero(self.columns["is_dense"][self.lists.starts[:-1]]))

    @cached_property
    def dense_video_count(self) -> int:
        """How many videos the dense matrix has."""
        return len(np.unique(self.videos[: self.lists.starts[self.dense_lists]]))

    @cached_property
    def protocols(self) -> list[Protocol]:
        """The protocols that have rows."""
        col, dense = self.columns, self.dense_lists
        once = {ABOVE_ONE: col["is_above_one"], LONG_VIEW: col["is_long_view"]}
        ever = {ABOVE_ONE: col["is_ever_above_one"], LONG_VIEW: col["is_ever_long_view"]}
        first, rest = col["is_first"], slice(dense, len(self.users))
        named = {
            "dense": (slice(0, dense), None, once, self._counts(once, slice(0, dense))),
            "holdout": (rest, first, once, self._counts(once, rest)),
            "holdout_with_repeats": (rest, None, ever, self._counts(ever, rest)),
        }
        return [Protocol(name, *parts) for name, parts in named.items() if parts[0].stop
                > parts[0].start]  # fmt: skip

    def _counts(self, relevant: dict[str, np.ndarray], lists: slice) -> dict[str, np.ndarray]:
        """Relevant videos in each of some lists; repeats of a pair count once."""
        numbers, first = self.lists.numbers, self.columns["is_first"]
        return {
            relevance: np.bincount(numbers[is_relevant & first], minlength=len(self.users))[lists]
            for relevance, is_relevant in relevant.items()
        }

    def order(self, scores: np.ndarray, is_candidate: np.ndarray | None = None) -> np.ndarray:
        """Row numbers, list by list, best first, int64 (n_rows,).

        Parameters
        ----------
        scores : float (n_rows,)
        is_candidate : bool (n_rows,), optional
            Rows that may be on a list; others end up behind them.
        """
        keys = order_keys(scores)
        if is_candidate is not None:
            keys[~is_candidate] = LEFT_OUT
        return self.lists.order(keys)

    def first(self, order: np.ndarray, protocol: Protocol, depth: int) -> np.ndarray:
        """Row numbers of the first entries of a protocol's lists, int64 (lists, depth)."""
        starts = self.lists.starts[protocol.lists.start : protocol.lists.stop + 1]
        order = order[starts[0] : starts[-1]]
        lists = Lists(starts - starts[0])
        if protocol.is_entry is None:
            return lists.first(order, depth)
        is_entry = protocol.is_entry[order]
        before = np.concatenate([[0], np.cumsum(is_entry)])
        return Lists(before[lists.starts]).first(order[is_entry], depth)


def read_rows(con: duckdb.DuckDBPyConnection, videos: Videos, seed: int) -> JudgedRows:
    """Make table judge_rows of run_predictions, and read it."""
    con.execute(read_sql("evaluation/sql/rows.sql"), {"seed": seed})
    columns = con.execute(READ_ROWS).fetchnumpy()
    user, is_dense = columns["user_id"], columns["is_dense"]
    begins = np.ones(len(user), bool)
    begins[1:] = (user[1:] != user[:-1]) | (is_dense[1:] != is_dense[:-1])
    starts = np.append(np.flatnonzero(begins), len(user))
    video_ids = columns.pop("video_id")
    positions = videos.positions(video_ids)
    return JudgedRows(columns, video_ids, positions, Lists(starts), user[starts[:-1]])


def row_scores(
    con: duckdb.DuckDBPyConnection, rows: JudgedRows, videos: Videos, ordering: Ordering
) -> np.ndarray:
    """Score every judged row by an ordering of videos or of rows, float (n_rows,); NaN unknown."""
    if ordering.source == "judge_videos":
        return videos.scores(con, ordering.score)[rows.videos]
    in_order = "order by rows.rowid" if ordering.joins else ""
    query = f"select {ordering.score} as score from judge_rows as rows {ordering.joins} {in_order}"
    return as_floats(con.execute(query).fetchnumpy()["score"])
