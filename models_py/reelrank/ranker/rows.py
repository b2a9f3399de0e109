"""Rows for the ranker: features as 32-bit columns, keys and labels beside them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from reelrank.embeddings import Blocks
from reelrank.progress import ignore
from reelrank.ranker.catalog import Feature
from reelrank.warehouse.sql import quote_identifier, quote_text, read_sql

BATCH_ROWS = 100_000
KEYS = (
    "user_id as row_user_id",
    "video_id as row_video_id",
    "event_at as row_event_at",
    "video_duration_ms as row_video_duration_ms",
)
DAY = "as_of_date - date '2000-01-01' as row_day"
LABELS = ("watch_ratio as row_watch_ratio", "is_long_view as row_is_long_view")
SAMPLE_BITS = 32  # of the hash that draws training rows
STARTS = ("play_log_expected", "play_log_odds")


@dataclass(frozen=True)
class RankerRows:
    """A table or view whose rows have the features that dbt computes."""

    table: str
    features: list[Feature]

    @property
    def relation(self) -> str:
        """The from clause; `$block` is the block of the vectors where they are wanted."""
        if any(feature.is_embedding for feature in self.features):
            return f"rows_with_embeddings('{self.table}', $block)"
        return f"(select *, $block as vector_block from {self.table})"

    @property
    def starts(self) -> tuple[str, ...]:
        """Columns that a head may start from: those of the embeddings, where there are any."""
        return STARTS if any(feature.is_embedding for feature in self.features) else ()

    def columns(self, extra: tuple[str, ...]) -> str:
        """Give the select list: `extra`, where heads start, then the features in order."""
        starts = (f"{name} as start_{name}" for name in self.starts)
        return ", ".join([*extra, *starts, *(feature.expression for feature in self.features)])


def with_features(
    con: duckdb.DuckDBPyConnection, moments: str, feature_set: str, features: list[Feature]
) -> RankerRows:
    """Make temp view <moments>_with_features: a table of moments and what the set knows of them.

    Parameters
    ----------
    moments : str
        A table or view with the columns that training.ranker_features asks for.
    feature_set : str
        Only the models behind this set are joined.
    features : list of Feature
        All of the set, or some of them.
    """
    view = f"{moments.split('.')[-1]}_with_features"
    macro = quote_identifier(f"ranker_features_{feature_set}")
    con.execute(
        f"create or replace temp view {quote_identifier(view)} as"
        f" from training.{macro}({quote_text(moments)})"
    )
    return RankerRows(view, features)


@dataclass(frozen=True)
class Pairs:
    """Who is asked about which video; int32 (n_rows,) each."""

    user_id: np.ndarray
    video_id: np.ndarray

    def slice(self, part: slice) -> "Pairs":
        """Give some of the rows."""
        return Pairs(self.user_id[part], self.video_id[part])


@dataclass(frozen=True)
class TrainingRows:
    """Rows of train in the order (day, user, video, event).

    Attributes
    ----------
    features : pyarrow.Table (n_rows, n_features)
        float32 and int32 columns.
    watch_ratio, duration_ms : float32 (n_rows,)
    is_long_view : bool (n_rows,)
    user_id, day : int32 (n_rows,)
        Day as days since 2000-01-01.
    starts : dict of float64 (n_rows,)
        What only play times say, by column of the embeddings; none without embeddings.
    video_id : int32 (n_rows,)
    events : LastEvents, optional
        What users did before, for heads that read it (neural/last_events.py).
    """

    features: pa.Table
    watch_ratio: np.ndarray
    duration_ms: np.ndarray
    is_long_view: np.ndarray
    user_id: np.ndarray
    day: np.ndarray
    starts: dict[str, np.ndarray] = field(default_factory=dict)
    video_id: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    events: Any = None

    def slice(self, start: int, stop: int) -> "TrainingRows":
        """Rows from `start` up to `stop`, without a copy."""
        return TrainingRows(
            self.features.slice(start, stop - start),
            self.watch_ratio[start:stop],
            self.duration_ms[start:stop],
            self.is_long_view[start:stop],
            self.user_id[start:stop],
            self.day[start:stop],
            {name: values[start:stop] for name, values in self.starts.items()},
            self.video_id[start:stop],
            self.events,
        )


def read_training_rows(
    con: duckdb.DuckDBPyConnection,
    feature_set: str,
    features: list[Feature],
    blocks: Blocks,
    *,
    max_rows: int,
    seed: int,
    first_block: int = 0,
    on_rows: Callable[[float], None] = ignore,
) -> TrainingRows:
    """Read the train rows from `first_block` on, each with the vectors of its block.

    Where these are more than `max_rows` rows, about that many are drawn by a hash of the event
    and the seed. Rows are ordered in full, so the result is the same on any number of threads.

    Parameters
    ----------
    on_rows : callable
        Called with the number of rows read.
    """
    total = sum(blocks.row_counts[first_block:])
    sample_below = min(int(max_rows / max(total, 1) * 2**SAMPLE_BITS), 2**SAMPLE_BITS)
    tables = []
    for block in range(first_block, blocks.after_train):
        con.execute(
            read_sql("ranker/sampled_moments.sql"),
            {
                "start": blocks.start(block),
                "end": blocks.start(block + 1),
                "seed": seed,
                "sample_below": sample_below,
            },
        )
        rows = with_features(con, "sampled_moments", feature_set, features)
        tables.append(_in_order(con, rows, block))
        on_rows(tables[-1].num_rows)
    return training_rows_of(pa.concat_tables(tables), features, rows.starts)


def training_rows_of(
    table: pa.Table, features: list[Feature], starts: tuple[str, ...] = ()
) -> TrainingRows:
    """Take apart a table of keys, labels, `starts` and features, in the order of training."""
    return TrainingRows(
        features=table.select([feature.name for feature in features]),
        watch_ratio=_numbers(table, "row_watch_ratio", np.float32),
        duration_ms=_numbers(table, "row_video_duration_ms", np.float32),
        is_long_view=_numbers(table, "row_is_long_view", bool),
        user_id=_numbers(table, "row_user_id", np.int32),
        day=_numbers(table, "row_day", np.int32),
        starts={name: start_values(table, name) for name in starts},
        video_id=_numbers(table, "row_video_id", np.int32),
    )


def _in_order(con: duckdb.DuckDBPyConnection, rows: RankerRows, block: int) -> pa.Table:
    """Keys, labels and features of `rows`, ordered in full."""
    keys = (*KEYS[:2], *KEYS[3:], DAY)
    return con.execute(
        f"select {rows.columns(keys + LABELS)} from {rows.relation}"
        " order by as_of_date, user_id, video_id, event_at, nth_watch",
        {"block": block},
    ).to_arrow_table()


def stream_rows(
    con: duckdb.DuckDBPyConnection,
    rows: RankerRows,
    block: int,
    *,
    dataset: str | None = None,
    also: tuple[str, ...] = (),
) -> Iterator[pa.RecordBatch]:
    """Yield batches of keys, labels and features; never more than one batch in memory.

    Parameters
    ----------
    dataset : str, optional
        'holdout' or 'dense' of a table that has labels. None for candidates, without labels.
    also : tuple of str
        Further columns, named row_*.
    """
    if dataset is None:
        sql = f"select {rows.columns(KEYS + also)} from {rows.relation}"
        found = con.execute(sql, {"block": block})
    else:
        columns = rows.columns(KEYS + LABELS + also)
        sql = f"select {columns} from {rows.relation} where dataset = $dataset"
        found = con.execute(sql, {"block": block, "dataset": dataset})
    yield from found.to_arrow_reader(BATCH_ROWS)


def start_values(rows: pa.Table | pa.RecordBatch, name: str) -> np.ndarray:
    """Read the column a head starts from, float64 (n_rows,); NaN where nothing is known."""
    return rows.column(f"start_{name}").to_numpy(zero_copy_only=False).astype(np.float64)


def _numbers(table: pa.Table, name: str, kind: type | str) -> np.ndarray:
    return table.column(name).to_numpy().astype(kind)
