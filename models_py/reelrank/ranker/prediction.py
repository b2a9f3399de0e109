"""Apply fitted heads to streamed rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from reelrank.extensions import Predict, as_scores
from reelrank.progress import ignore
from reelrank.ranker.boosting import FittedHead
from reelrank.ranker.catalog import Feature
from reelrank.ranker.rows import Pairs, start_values
from reelrank.threads import in_order

NO_ROWS = pa.schema(
    [
        ("user_id", pa.int32()),
        ("video_id", pa.int32()),
        ("event_at", pa.timestamp("us")),
        ("video_duration_ms", pa.int32()),
        ("predicted_watch_ratio", pa.float32()),
        ("predicted_long_view", pa.float32()),
        ("score_watch_ratio", pa.float32()),
        ("score_long_view", pa.float32()),
    ]
).empty_table()


@dataclass(frozen=True)
class Scores:
    """What the ranker says about n rows; float32 (n,) each.

    Attributes
    ----------
    watch_ratio
        Predicted watch ratio, which also orders lists for relevance watch_ratio > 1.
    long_view
        Predicted probability of a long view, or None where no head gives it.
    long_view_score
        What orders lists for relevance long view.
    """

    watch_ratio: np.ndarray
    long_view: np.ndarray | None
    long_view_score: np.ndarray


def predict(
    heads: list[FittedHead],
    features: list[Feature],
    batches: Iterator[pa.RecordBatch],
    threads: int,
    on_rows: Callable[[float], None] = ignore,
    others: dict[str, Predict] | None = None,
) -> pa.Table:
    """Score batches of rows; keep their other columns.

    Parameters
    ----------
    others : dict of callable
        Registered rankers by name; each adds a column <name>_score.

    Returns
    -------
    pyarrow.Table
        The row_* columns of the batches without that prefix, and predicted_watch_ratio,
        predicted_long_view, score_watch_ratio, score_long_view.
    """
    names = [feature.name for feature in features]

    def score(batch: pa.RecordBatch) -> pa.Table:
        starts = {head.start: start_values(batch, head.start) for head in heads if head.start}
        values = as_matrix(batch.select(names))
        scores = score_batch(heads, values, _durations(batch), threads, starts, pairs_of(batch))
        kept = {
            name.removeprefix("row_"): apart(batch.column(name))
            for name in batch.schema.names
            if name.startswith("row_") and name not in names
        }
        on_rows(batch.num_rows)
        return pa.table(kept | _columns(scores) | other_scores(others or {}, batch, names))

    # the next batch is read while one is scored
    parts = list(in_order(score, batches, 1))
    return pa.concat_tables(parts) if parts else NO_ROWS


def apart(column: pa.Array) -> pa.Array:
    """Copy a column of a batch from DuckDB, all of which lives as long as any part of it."""
    return pa.concat_arrays([column, column.slice(0, 0)])


def other_scores(
    others: dict[str, Predict], batch: pa.RecordBatch, names: list[str]
) -> dict[str, np.ndarray]:
    """Ask registered rankers about the features of a batch; <name>_score -> float32 (n_rows,)."""
    if not others:
        return {}
    features, shape = pa.table(batch.select(names)), (batch.num_rows,)
    return {f"{name}_score": as_scores(name, f(features), shape) for name, f in others.items()}


def score_batch(
    heads: list[FittedHead],
    features: np.ndarray,
    duration_ms: np.ndarray,
    threads: int,
    starts: dict[str, np.ndarray],
    pairs: Pairs,
) -> Scores:
    """Score rows whose features are in the order of training.

    Parameters
    ----------
    features : float64 (n_rows, n_features)
    duration_ms : float32 (n_rows,)
    starts : dict of float64 (n_rows,)
        What the heads start from, by column.
    pairs : Pairs
    """
    watch_ratio = long_view = long_view_score = None
    for fitted in heads:
        raw = fitted.predict(features, threads, starts.get(fitted.start), pairs)
        if fitted.head.to_watch_ratio:
            watch_ratio = fitted.head.to_watch_ratio(raw, duration_ms).astype(np.float32)
        else:
            long_view_score = raw.astype(np.float32)
        if fitted.head.is_probability:
            long_view = long_view_score
    if long_view_score is None:
        long_view_score = watch_ratio
    return Scores(watch_ratio, long_view, long_view_score)


def pairs_of(batch: pa.RecordBatch) -> Pairs:
    """Read who is asked about which video."""
    return Pairs(*(batch.column(f"row_{name}").to_numpy() for name in ("user_id", "video_id")))


def as_matrix(columns: pa.RecordBatch) -> np.ndarray:
    """Columns of numbers as float64 (n_rows, n_columns), null as NaN.

    LightGBM walks its trees over doubles: given once to all heads, they save it the reading of
    Arrow for each. Codes of categories stay exact, as they would not in float32.
    """
    matrix = np.empty((columns.num_rows, columns.num_columns))
    for place, column in enumerate(columns.columns):
        matrix[:, place] = column.to_numpy(zero_copy_only=False)
    return matrix


def _durations(batch: pa.RecordBatch) -> np.ndarray:
    return batch.column("row_video_duration_ms").to_numpy(zero_copy_only=False).astype(np.float32)


def _columns(scores: Scores) -> dict[str, pa.Array]:
    missing = pa.nulls(len(scores.watch_ratio), pa.float32())
    return {
        "predicted_watch_ratio": pa.array(scores.watch_ratio),
        "predicted_long_view": missing if scores.long_view is None else pa.array(scores.long_view),
        "score_watch_ratio": pa.array(scores.watch_ratio),
        "score_long_view": pa.array(scores.long_view_score),
    }
