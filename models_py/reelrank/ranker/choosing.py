"""Whether the trees improve on what a head starts from, judged on the last days of train."""

from dataclasses import dataclass

import numpy as np

from reelrank.evaluation.ranking import ndcg_of_rows
from reelrank.ranker.rows import TrainingRows

K = 10


@dataclass(frozen=True)
class Choice:
    """Mean nDCG@10 of long views among the held-back rows of each user.

    Attributes
    ----------
    start, trees : float
        Ordered by the start alone, and by the trees that add to it.
    """

    start: float
    trees: float

    @property
    def prefers_start(self) -> bool:
        """Whether the order is better, or as good, without the trees."""
        return self.start >= self.trees


def judge_trees(held: TrainingRows, start: np.ndarray, trees: np.ndarray) -> Choice:
    """Compare two orders of the held-back rows.

    Parameters
    ----------
    start : float64 (n_rows,)
    trees : float64 (n_rows,)
        What the trees add to the start.
    """
    lists = np.unique(held.user_id, return_inverse=True)[1]
    is_long_view = held.is_long_view.astype(bool)
    values = [
        float(np.nan_to_num(np.nanmean(ndcg_of_rows(lists, scores, is_long_view, K))))
        if is_long_view.any()
        else 0.0
        for scores in (start, start + trees)
    ]
    return Choice(*values)
