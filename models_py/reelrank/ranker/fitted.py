"""A head and its trees, ready to predict."""

from dataclasses import dataclass

import lightgbm as lgb
import numpy as np
import pyarrow as pa

from reelrank.exact_math import expit
from reelrank.ranker.choosing import Choice
from reelrank.ranker.heads import Head
from reelrank.ranker.rows import Pairs

# Trees that walk over a block of rows together: they stay in the processor's cache, where a
# thousand with ids as categoricals do not fit.
TREES_AT_ONCE = 100


@dataclass(frozen=True)
class FittedHead:
    """A head, its trees, their number, and the column that they start from.

    Without rounds the head is only its start; `choice` says why.
    """

    head: Head
    booster: lgb.Booster
    round_count: int
    start: str | None = None
    choice: Choice | None = None

    def predict(
        self,
        features: np.ndarray | pa.Table,
        threads: int,
        start: np.ndarray | None = None,
        pairs: Pairs | None = None,  # noqa: ARG002
    ) -> np.ndarray:
        """Return what the head says of each row, float64 (n_rows,).

        Parameters
        ----------
        features : float64 array or pyarrow.Table (n_rows, n_features)
        start : float64 (n_rows,), optional
            Values of the column `start`; needed where the head has one.
        pairs : Pairs, optional
            Not asked by trees.
        """
        raw = self.trees(features, threads)
        if self.start:
            raw = raw + start
        return expit(raw) if self.head.is_probability else raw

    def trees(self, features: np.ndarray | pa.Table, threads: int) -> np.ndarray:
        """Return what the trees add up to, float64 (n_rows,)."""
        if not self.round_count:
            return np.zeros(len(features))
        return self._sum_of_trees(features, threads, raw_score=True)

    def contributions(
        self,
        features: pa.Table,
        threads: int,
        pairs: Pairs | None = None,  # noqa: ARG002
    ) -> np.ndarray:
        """Return SHAP values, float64 (n_rows, n_features), without the expected value."""
        if not self.round_count:
            return np.zeros((features.num_rows, features.num_columns))
        return self._sum_of_trees(features, threads, pred_contrib=True)[:, :-1]

    def importances(self, kind: str) -> np.ndarray:
        """Give `gain` or `split` of each feature in the rounds that are used, (n_features,)."""
        found = self.booster.feature_importance(kind, iteration=self.round_count)
        return found if self.round_count else np.zeros_like(found)  # LightGBM takes 0 for all

    def text(self) -> str:
        """Give the trees as text, for schema ml."""
        return self.booster.model_to_string(num_iteration=self.round_count)

    def _sum_of_trees(
        self, features: np.ndarray | pa.Table, threads: int, **wanted: bool
    ) -> np.ndarray:
        """Predictions of blocks of trees, summed; the same for a row in whatever batch."""
        total = 0.0
        for start in range(0, self.round_count, TREES_AT_ONCE):
            total = total + self.booster.predict(
                features,
                start_iteration=start,
                num_iteration=min(TREES_AT_ONCE, self.round_count - start),
                num_threads=threads,
                **wanted,
            )
        return total
