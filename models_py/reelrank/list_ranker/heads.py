"""A head of the list ranker: the order it starts from, and the trees added to it."""

from dataclasses import dataclass

import lightgbm as lgb
import numpy as np

from reelrank.list_ranker.rows import ListRows


@dataclass(frozen=True)
class ListHead:
    """An order of candidates for one relevance.

    Attributes
    ----------
    relevance : str
        long_view or watch_ratio.
    start, start_scale : str and float
        The feature from which the score starts, and its weight.
    booster : lightgbm.Booster or None
        Trees added to it; None where none helped.
    chance_weight : float
        Weight of the log chance of a long view in the order shown.
    """

    relevance: str
    start: str
    start_scale: float = 1.0
    booster: lgb.Booster | None = None
    chance_weight: float = 0.0

    @property
    def name(self) -> str:
        """Name in ml.models."""
        return f"list_{self.relevance}"

    def score(self, rows: ListRows, threads: int) -> np.ndarray:
        """Score candidates as the log expects them to be watched, float32 (n_rows,)."""
        score = np.float32(self.start_scale) * rows.column(self.start)
        if self.booster is not None:
            score = score + self.booster.predict(rows.features, raw_score=True, num_threads=threads)
        return score.astype(np.float32)
