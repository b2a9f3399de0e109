"""The largest contributions to the score of each top recommendation."""

from collections.abc import Callable

import duckdb
import numpy as np
import pyarrow as pa

from reelrank.progress import ignore
from reelrank.ranker import Feature, FittedHead, pairs_of, stream_rows, with_features
from reelrank.recommendations import want_pairs
from reelrank.warehouse.tables import store

NO_ROWS = pa.table(
    {
        "user_id": pa.array([], pa.int32()),
        "video_id": pa.array([], pa.int32()),
        "feature": pa.array([], pa.string()),
        "feature_value": pa.array([], pa.string()),
        "contribution": pa.array([], pa.float32()),
        "position": pa.array([], pa.int16()),
    }
)


def explain_recommendations(
    con: duckdb.DuckDBPyConnection,
    head: FittedHead,
    feature_set: str,
    features: list[Feature],
    block: int,
    *,
    top: int,
    kept: int,
    threads: int,
    on_rows: Callable[[float], None] = ignore,
) -> np.ndarray | None:
    """Make temp table run_explanations for the first `top` of each list.

    Parameters
    ----------
    head : FittedHead
        The head that orders the lists.
    kept : int
        Contributions kept per pair, largest absolute value first.

    Returns
    -------
    float64 (n_features,) or None
        Mean absolute contribution of each feature; None where nothing is explained.
    """
    con.execute(
        "create or replace temp table scored_pairs as"
        " select user_id, video_id from run_recommendations where rank <= $top",
        {"top": top},
    )
    want_pairs(con)
    names = [feature.name for feature in features]
    parts = [NO_ROWS]
    total = np.zeros(len(features))
    count = 0
    rows = with_features(con, "wanted_pairs", feature_set, features)
    for batch in stream_rows(con, rows, block):
        contributions = head.contributions(pa.table(batch.select(names)), threads, pairs_of(batch))
        # in whole parts of 2^-36: the sum is exact, in whatever order batches come
        total += np.rint(np.abs(contributions) * 2.0**36).astype(np.int64).sum(axis=0) * 2.0**-36
        count += batch.num_rows
        parts.append(_largest(batch, features, contributions, kept))
        on_rows(batch.num_rows)
    store(con, "run_explanations", pa.concat_tables(parts))
    return total / count if count else None


def _largest(
    batch: pa.RecordBatch, features: list[Feature], contributions: np.ndarray, kept: int
) -> pa.Table:
    """One row per (pair, position) of the `kept` largest contributions."""
    kept = min(kept, len(features))
    order = np.argsort(-np.abs(contributions), axis=1, kind="stable")[:, :kept]
    texts = np.empty(order.shape, object)
    for number, feature in enumerate(features):
        is_here = order == number
        if is_here.any():
            values = batch.column(feature.name).cast(pa.string()).to_numpy(zero_copy_only=False)
            texts[is_here] = values[np.nonzero(is_here)[0]]
    names = pa.array([feature.name for feature in features])
    row_count = batch.num_rows
    return pa.table(
        {
            "user_id": np.repeat(batch.column("row_user_id").to_numpy(), kept),
            "video_id": np.repeat(batch.column("row_video_id").to_numpy(), kept),
            "feature": names.take(pa.array(order.ravel())),
            "feature_value": pa.array(texts.ravel(), pa.string()),
            "contribution": np.take_along_axis(contributions, order, axis=1)
            .ravel()
            .astype(np.float32),
            "position": np.tile(np.arange(1, kept + 1, dtype=np.int16), row_count),
        }
    )
