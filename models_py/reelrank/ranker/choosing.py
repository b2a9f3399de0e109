"""Whether the trees improve on what a head starts from, judged on the last days of train."""

from dataclasses import dataclass

import numpy as np

from reelrank.evaluation.ranking import ndcg_of_rows
from reelrank.ranker.heads import Head
from reelrank.ranker.rows import TrainingRows

K = 10


@dataclass(frozen=True)
class Choice:
    """How good the start is on held-back rows, without and with trees; more is better.

    Mean nDCG@10 of long views among the rows of each user for a head that gives their
    probability; minus the mean absolute error of the watch ratio for one that predicts it.

    Attributes
    ----------
    start, trees : float
    """

    start: float
    trees: float

    @property
    def prefers_start(self) -> bool:
        """Whether the head is better, or as good, without the trees."""
        return self.start >= self.trees


def judge_trees(head: Head, held: TrainingRows, start: np.ndarray, trees: np.ndarray) -> Choice:
    """Compare two predictions for the held-back rows.

    Parameters
    ----------
    start : float64 (n_rows,)
    trees : float64 (n_rows,)
        What the trees add to the start.
    """
    judge = _order if head.is_probability else _error
    return Choice(*(judge(head, held, predicted) for predicted in (start, start + trees)))


def _order(_: Head, held: TrainingRows, predicted: np.ndarray) -> float:
    lists = np.unique(held.user_id, return_inverse=True)[1]
    is_long_view = held.is_long_view.astype(bool)
    if not is_long_view.any():
        return 0.0
    return float(np.nanmean(ndcg_of_rows(lists, predicted, is_long_view, K)))


def _error(head: Head, held: TrainingRows, predicted: np.ndarray) -> float:
    ratio = head.to_watch_ratio(predicted, held.duration_ms)
    return -float(np.abs(ratio - held.watch_ratio).mean())
