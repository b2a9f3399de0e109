"""Candidates of a cut-off with features and labels, list after list."""

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from reelrank.list_ranker.moments import Moment
from reelrank.list_ranker.union import propose_union
from reelrank.progress import ignore
from reelrank.warehouse.sql import read_sql

LABELS = {"long_view": "is_long_view", "watch_ratio": "is_above_one"}


@dataclass(frozen=True)
class ListRows:
    """Candidates of one cut-off, the lists of users one after the other.

    Attributes
    ----------
    names : list of str
        Of the features, in order.
    features : float32 (n_rows, n_features)
        NaN where unknown.
    user_id, video_id : int32 (n_rows,)
    rank : int16 (n_rows,)
        Place in the union of candidates.
    log_chance : float32 (n_rows,)
        Log chance of a long view if the video were shown.
    """

    names: list[str]
    features: np.ndarray
    user_id: np.ndarray
    video_id: np.ndarray
    rank: np.ndarray
    log_chance: np.ndarray

    @property
    def list_sizes(self) -> np.ndarray:
        """Candidates of each user, int32 (n_lists,)."""
        starts = np.flatnonzero(np.diff(self.user_id, prepend=-1))
        return np.diff(np.append(starts, len(self.user_id))).astype(np.int32)

    def column(self, name: str) -> np.ndarray:
        """One feature, float32 (n_rows,)."""
        return self.features[:, self.names.index(name)]


@dataclass(frozen=True)
class LabelledRows:
    """Candidates of one earlier cut-off and what became of them.

    Attributes
    ----------
    labels : dict of str to bool (n_rows,)
        Whether the candidate was relevant afterwards, by relevance.
    wanted : dict of str to int32 (n_lists,)
        How many videos were relevant to each user, candidates or not.
    """

    rows: ListRows
    labels: dict[str, np.ndarray]
    wanted: dict[str, np.ndarray]


def create_features(con: duckdb.DuckDBPyConnection) -> None:
    """Create the temp macro that describes candidates."""
    con.execute(read_sql("list_ranker/features.sql"))


def read_rows(con: duckdb.DuckDBPyConnection, candidates: str, cutoff: int, block: int) -> ListRows:
    """Describe the candidates of a cut-off.

    Parameters
    ----------
    candidates : str
        Table or view with the columns of `propose_union`.
    block : int
        Of the vectors.
    """
    con.execute(
        read_sql("list_ranker/list_pairs.sql"), {"candidates": candidates, "cutoff": cutoff}
    )
    table = con.execute("from list_features('list_pairs', $block)", {"block": block})
    table = table.to_arrow_table()
    names = [name for name in table.column_names if not name.startswith("row_")]
    features = np.empty((len(table), len(names)), np.float32)
    for place, name in enumerate(names):
        features[:, place] = _numbers(table, name)
    return ListRows(
        names=names,
        features=features,
        user_id=_numbers(table, "row_user_id").astype(np.int32),
        video_id=_numbers(table, "row_video_id").astype(np.int32),
        rank=_numbers(table, "row_rank").astype(np.int16),
        log_chance=_numbers(table, "row_log_chance").astype(np.float32),
    )


def read_labelled_rows(
    con: duckdb.DuckDBPyConnection,
    moment: Moment,
    count: int,
    on_users: Callable[[float], None] = ignore,
) -> LabelledRows:
    """Propose `count` candidates to each user of the moment, and see what became of them."""
    con.register("labelled_candidates", propose_union(moment, count, on_users))
    rows = read_rows(con, "labelled_candidates", moment.cutoff.number, moment.block)
    con.unregister("labelled_candidates")
    met = con.execute(
        read_sql("list_ranker/labels.sql"), {"cutoff": moment.cutoff.number}
    ).fetchnumpy()
    is_asked = np.isin(met["user_id"], moment.user_ids)
    lists = np.unique(rows.user_id)
    labels, wanted = {}, {}
    for relevance, column in LABELS.items():
        is_wanted = is_asked & met[column].astype(bool)
        users, videos = met["user_id"][is_wanted], met["video_id"][is_wanted]
        labels[relevance] = np.isin(_keys(rows.user_id, rows.video_id), _keys(users, videos))
        users = users[np.isin(users, lists)]
        wanted[relevance] = np.bincount(np.searchsorted(lists, users), minlength=len(lists))
    return LabelledRows(rows, labels, wanted)


def _keys(users: np.ndarray, videos: np.ndarray) -> np.ndarray:
    return (users.astype(np.int64) << 32) | videos


def _numbers(table: pa.Table, name: str) -> np.ndarray:
    return table.column(name).to_numpy(zero_copy_only=False)
