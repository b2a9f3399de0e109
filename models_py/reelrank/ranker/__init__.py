"""Stage 2: LightGBM on the features of the catalog, straight from DuckDB through Arrow."""

from reelrank.ranker.boosting import FittedHead, fit_heads
from reelrank.ranker.catalog import Feature, read_features
from reelrank.ranker.prediction import Scores, apart, other_scores, pairs_of, predict
from reelrank.ranker.rows import (
    RankerRows,
    TrainingRows,
    read_training_rows,
    stream_rows,
    with_features,
)

__all__ = [
    "Feature",
    "FittedHead",
    "RankerRows",
    "Scores",
    "TrainingRows",
    "apart",
    "fit_heads",
    "other_scores",
    "pairs_of",
    "predict",
    "read_features",
    "read_training_rows",
    "stream_rows",
    "with_features",
]
