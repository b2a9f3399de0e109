"""Rows for the ranker: features as 32-bit columns, keys and labels beside them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from reelrank.embeddings import Blocks
from reelrank.progress import ignore
from reelrank.ranker.catalog import Feature

BATCH_ROWS = 100_000
KEYS = (
    "user_id as row_user_id",
    "video_id as row_video_id",
    "event_at as row_event_at",
    "video_duration_ms as row_video_duration_ms",
)
DAY = "as_of_date - date '2000-01-01' as row_day"
LABELS = ("watch_ratio as row_watch_ratio", "is_long_view as row_is_long_view")
SAMPLE_BITS = 32


@dataclass(frozen=True)
class RankerRows:
    """Where rows come from: a table, view or temp view, and the block of its vectors."""

    table: str
    features: list[Feature]

    @property
    def relation(self) -> str:
        """The from clause; `$block` is the block of the vectors where they are wanted."""
        if any(feature.is_embedding for feature in self.features):
            return f"rows_with_embeddings('{self.table}', $block)"
        return f"(select *, $block as vector_block from {self.table})"

    def columns(self, extra: tuple[str, ...]) -> str:
        """Give the select list: `extra`, then the features in order."""
        return ", ".join([*extra, *(feature.expression for feature in self.features)])


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
    """

    features: pa.Table
    watch_ratio: np.ndarray
    duration_ms: np.ndarray
    is_long_view: np.ndarray
    user_id: np.ndarray
    day: np.ndarray

    def slice(self, start: int, stop: int) -> "TrainingRows":
        """Rows from `start` up to `stop`, without a copy."""
        return TrainingRows(
            self.features.slice(start, stop - start),
            self.watch_ratio[start:stop],
            self.duration_ms[start:stop],
            self.is_long_view[start:stop],
            self.user_id[start:stop],
            self.day[start:stop],
        )


def read_training_rows(
    con: duckdb.DuckDBPyConnection,
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
        Told how many rows were read.
    """
    sql = _training_sql(RankerRows("training.ranker_rows", features))
    total = sum(blocks.row_counts[first_block:])
    sample_below = min(int(max_rows / max(total, 1) * 2**SAMPLE_BITS), 2**SAMPLE_BITS)
    tables = []
    for block in range(first_block, blocks.after_train):
        days = [day for day, of in blocks.days.items() if of == block]
        values = {"block": block, "seed": seed, "sample_below": sample_below}
        values |= {"first_day": min(days), "last_day": max(days)}
        tables.append(con.execute(sql, values).to_arrow_table())
        on_rows(tables[-1].num_rows)
    table = pa.concat_tables(tables)
    return TrainingRows(
        features=table.select([feature.name for feature in features]),
        watch_ratio=_numbers(table, "row_watch_ratio", np.float32),
        duration_ms=_numbers(table, "row_video_duration_ms", np.float32),
        is_long_view=_numbers(table, "row_is_long_view", bool),
        user_id=_numbers(table, "row_user_id", np.int32),
        day=_numbers(table, "row_day", np.int32),
    )


def _training_sql(rows: RankerRows) -> str:
    """Rows of the days $first_day to $last_day, drawn by hash and ordered in full."""
    keys = (*KEYS[:1], *KEYS[3:], DAY)
    return (
        f"select {rows.columns(keys + LABELS)} from {rows.relation}"
        " where dataset = 'train' and as_of_date between $first_day and $last_day"
        " and hash(hash(user_id, video_id, event_at) // 2 + $seed)"
        f" >> {64 - SAMPLE_BITS} < $sample_below"
        " order by as_of_date, user_id, video_id, event_at, nth_watch"
    )


def stream_rows(
    con: duckdb.DuckDBPyConnection,
    rows: RankerRows,
    block: int,
    *,
    dataset: str | None = None,
) -> Iterator[pa.RecordBatch]:
    """Yield batches of keys, labels and features; never more than one batch in memory.

    Parameters
    ----------
    dataset : str, optional
        'holdout' or 'dense' of a table that has labels. None for candidates, without labels.
    """
    if dataset is None:
        sql = f"select {rows.columns(KEYS)} from {rows.relation}"
        found = con.execute(sql, {"block": block})
    else:
        sql = f"select {rows.columns(KEYS + LABELS)} from {rows.relation} where dataset = $dataset"
        found = con.execute(sql, {"block": block, "dataset": dataset})
    yield from found.to_arrow_reader(BATCH_ROWS)


def _numbers(table: pa.Table, name: str, kind: type | str) -> np.ndarray:
    return table.column(name).to_numpy().astype(kind)
