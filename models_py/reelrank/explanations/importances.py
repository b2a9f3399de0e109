"""How much each feature serves each head."""

import numpy as np
import pyarrow as pa

from reelrank.ranker import Feature, FittedHead


def feature_importances(
    heads: list[FittedHead],
    features: list[Feature],
    ranking_head: str,
    mean_abs_shap: np.ndarray | None,
) -> pa.Table:
    """Table with the columns of ml.feature_importances, without the run.

    Parameters
    ----------
    ranking_head : str
        The head that `mean_abs_shap` belongs to; the others have none.
    mean_abs_shap : float64 (n_features,) or None
    """
    parts = []
    for fitted in heads:
        has_shap = fitted.head.name == ranking_head and mean_abs_shap is not None
        parts.append(
            pa.table(
                {
                    "head": [fitted.head.name] * len(features),
                    "feature": [feature.name for feature in features],
                    "gain": fitted.importances("gain").astype(float),
                    "split_count": fitted.importances("split").astype(np.int32),
                    "mean_abs_shap": pa.array(
                        mean_abs_shap if has_shap else [None] * len(features), pa.float64()
                    ),
                }
            )
        )
    return pa.concat_tables(parts)
