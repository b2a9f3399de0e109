"""Why a video is where it is in the list shown: contributions on the scale of its score."""

import duckdb
import numpy as np
import pyarrow as pa

from reelrank.list_ranker.heads import ListHead
from reelrank.list_ranker.rows import ListRows, read_rows

CHANCE = "play_margin"  # the feature that the chance of a long view is made of


def explain_lists(
    con: duckdb.DuckDBPyConnection,
    head: ListHead,
    cutoff: int,
    block: int,
    *,
    top: int,
    kept: int,
    threads: int,
) -> tuple[pa.Table, dict[str, float]]:
    """Explain the first `top` of each list in run_recommendations.

    Contributions are those of the trees (SHAP), of the order that the score starts from, less
    its mean over the rows explained, and of the chance of a long view, likewise.

    Returns
    -------
    pyarrow.Table
        The columns of ml.explanations, without the run.
    dict of str to float
        Mean absolute contribution of each feature.
    """
    con.execute(
        "create or replace temp table some_candidates as"
        " select list_candidates.* from list_candidates"
        " inner join run_recommendations as shown using (user_id, video_id)"
        f" where shown.rank <= {int(top)}"
    )
    rows = read_rows(con, "some_candidates", cutoff, block)
    contributions = _contributions(head, rows, threads)
    kept = min(kept, len(rows.names))
    order = np.argsort(-np.abs(contributions), axis=1, kind="stable")[:, :kept]
    values = np.take_along_axis(rows.features, order, axis=1).ravel()
    table = pa.table(
        {
            "user_id": np.repeat(rows.user_id, kept),
            "video_id": np.repeat(rows.video_id, kept),
            "feature": pa.array(rows.names).take(pa.array(order.ravel())),
            "feature_value": pa.array(values, mask=np.isnan(values)).cast(pa.string()),
            "contribution": np.take_along_axis(contributions, order, axis=1)
            .ravel()
            .astype(np.float32),
            "position": np.tile(np.arange(1, kept + 1, dtype=np.int16), len(rows.user_id)),
        }
    )
    means = np.abs(contributions).sum(axis=0) / max(len(contributions), 1)
    return table, dict(zip(rows.names, means.tolist(), strict=True))


def list_importances(head: ListHead, means: dict[str, float]) -> pa.Table:
    """Give the columns of ml.feature_importances; `means` as from `explain_lists`."""
    trees = head.booster
    nothing = np.zeros(len(means))
    return pa.table(
        {
            "head": [head.name] * len(means),
            "feature": list(means),
            "gain": trees.feature_importance("gain").astype(float) if trees else nothing,
            "split_count": (trees.feature_importance("split") if trees else nothing).astype(
                np.int32
            ),
            "mean_abs_shap": pa.array(list(means.values()), pa.float64()),
        }
    )


def _contributions(head: ListHead, rows: ListRows, threads: int) -> np.ndarray:
    """Contributions of each feature to the score shown, float64 (n_rows, n_features)."""
    total = np.zeros(rows.features.shape)
    if head.booster is not None and len(total):
        total += head.booster.predict(rows.features, pred_contrib=True, num_threads=threads)[:, :-1]
    for name, part in (
        (head.start, head.start_scale * rows.column(head.start)),
        (CHANCE, head.chance_weight * rows.log_chance),
    ):
        total[:, rows.names.index(name)] += part - (part.mean() if len(part) else 0)
    return total
