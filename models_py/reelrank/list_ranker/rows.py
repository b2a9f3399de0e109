"""Candidates of a cut-off with features and labels, list after list."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import duckdb
import numpy as np
import pyarrow as pa

from reelrank.list_ranker.moments import Moment
from reelrank.list_ranker.union import propose_union
from reelrank.presets import ListSettings
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

    def of_lists(self, is_kept: np.ndarray) -> "ListRows":
        """Keep the rows of some lists, bool (n_lists,)."""
        kept = np.repeat(is_kept, self.list_sizes)
        columns = ("features", "user_id", "video_id", "rank", "log_chance")
        return replace(self, **{name: getattr(self, name)[kept] for name in columns})

    def column(self, name: str) -> np.ndarray:
        """One feature, float32 (n_rows,)."""
        return self.features[:, self.names.index(name)]


@dataclass(frozen=True)
class LabelledRows:
    """Candidates of one earlier cut-off and what became of them.

    Most candidates are never watched, so a few of those are enough to learn from; choices need
    whole lists.

    Attributes
    ----------
    labels : dict of str to bool (n_rows,)
        Whether the candidate was relevant afterwards, by relevance.
    wanted : dict of str to int32 (n_lists,)
        How many videos were relevant to each user, candidates or not.
    is_drawn : bool (n_rows,)
        Rows to learn from: all relevant candidates, and an equal share of the others.
    is_whole : bool (n_lists,)
        Lists that have all their candidates, and something to find.
    """

    rows: ListRows
    labels: dict[str, np.ndarray]
    wanted: dict[str, np.ndarray]
    is_drawn: np.ndarray
    is_whole: np.ndarray

    @cached_property
    def whole(self) -> ListRows:
        """The rows of the lists that have all their candidates."""
        return self.rows.of_lists(self.is_whole)

    def whole_labels(self, relevance: str) -> np.ndarray:
        """Say which rows of `whole` were relevant, bool (n_rows,)."""
        return self.labels[relevance][np.repeat(self.is_whole, self.rows.list_sizes)]


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
    settings: ListSettings,
    seed: int,
    on_users: Callable[[float], None] = ignore,
    threads: int = 1,
) -> LabelledRows:
    """Propose `count` candidates to each user of the moment, and see what became of them."""
    union = propose_union(moment, count, on_users, threads)
    users, videos = _numbers(union, "user_id"), _numbers(union, "video_id")
    relevant = _relevant_pairs(con, moment)
    lists, list_of_row = np.unique(users, return_inverse=True)
    is_whole = np.zeros(len(lists), bool)
    is_whole[spread(settings.whole_lists, len(lists))] = True
    wanted = {name: _counts(pairs, lists) for name, pairs in relevant.items()}
    is_whole &= sum(wanted.values()) > 0  # the others tell no two orders apart
    generator = np.random.default_rng([seed, moment.cutoff.number])
    is_drawn = generator.random(len(users)) < settings.other_share
    is_drawn |= np.isin(_keys(users, videos), np.concatenate(list(relevant.values())))
    is_read = is_drawn | is_whole[list_of_row]
    is_left = np.bincount(list_of_row, is_read, len(lists)) > 0
    con.register("labelled_candidates", union.filter(pa.array(is_read)))
    rows = read_rows(con, "labelled_candidates", moment.cutoff.number, moment.block)
    con.unregister("labelled_candidates")
    keys = _keys(rows.user_id, rows.video_id)
    return LabelledRows(
        rows,
        labels={name: np.isin(keys, pairs) for name, pairs in relevant.items()},
        wanted={name: counts[is_left] for name, counts in wanted.items()},
        is_drawn=is_drawn[is_read],
        is_whole=is_whole[is_left],
    )


def _relevant_pairs(con: duckdb.DuckDBPyConnection, moment: Moment) -> dict[str, np.ndarray]:
    """Give what was relevant afterwards to users of the moment, as keys of pairs by relevance."""
    met = con.execute(
        read_sql("list_ranker/labels.sql"), {"cutoff": moment.cutoff.number}
    ).fetchnumpy()
    is_asked = np.isin(met["user_id"], moment.user_ids)
    return {
        relevance: _keys(*(met[name][is_asked & met[column]] for name in ("user_id", "video_id")))
        for relevance, column in LABELS.items()
    }


def _counts(pairs: np.ndarray, users: np.ndarray) -> np.ndarray:
    """Count the pairs of each user, int (n_users,)."""
    of_user = pairs >> 32
    return np.bincount(
        np.searchsorted(users, of_user[np.isin(of_user, users)]), minlength=len(users)
    )


def spread(count: int, total: int) -> np.ndarray:
    """Places of `count` of `total` things, evenly spread; all where there are fewer."""
    count = min(count, total)
    return np.arange(count) * total // max(count, 1)


def _keys(users: np.ndarray, videos: np.ndarray) -> np.ndarray:
    return (users.astype(np.int64) << 32) | videos


def _numbers(table: pa.Table, name: str) -> np.ndarray:
    return table.column(name).to_numpy(zero_copy_only=False)
