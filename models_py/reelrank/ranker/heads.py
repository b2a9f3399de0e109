"""What a ranker can be taught: the label of each head and the meaning of its prediction."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from reelrank.exact_math import exp, log
from reelrank.ranker.rows import TrainingRows

LEAST_PLAY_MS = 100.0  # shorter plays count as this long, so that the logarithm stays finite


@dataclass(frozen=True)
class Head:
    """One target on the shared features.

    Attributes
    ----------
    name : str
    parameters : dict
        Objective, metric and the like, for LightGBM.
    label : callable
        From training rows to float32 (n_rows,).
    to_watch_ratio : callable, optional
        From predictions and durations in ms, (n,) each, to watch ratios; None for heads that
        do not predict it.
    is_probability : bool
        Whether it predicts the probability of a long view.
    needs_groups : bool
        Whether LightGBM must know which rows are one list: a user's day.
    start : str, optional
        The column of the embeddings that the trees start from, so that they learn only what
        play times do not say.
    network : str, optional
        The network of reelrank.neural that it is, in place of trees.
    """

    name: str
    parameters: dict[str, object]
    label: Callable[[TrainingRows], np.ndarray]
    to_watch_ratio: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None
    is_probability: bool = False
    needs_groups: bool = field(default=False)
    start: str | None = None
    network: str | None = None

    @property
    def reads_events(self) -> bool:
        """Whether it reads the last events of users besides the features."""
        return self.network == "transformer"


def _long_view(rows: TrainingRows) -> np.ndarray:
    return rows.is_long_view.astype(np.float32)


def _log_play(rows: TrainingRows) -> np.ndarray:
    """Logarithm of the play time in ms, which hardly depends on the length of the video."""
    return log(np.maximum(rows.watch_ratio * rows.duration_ms, LEAST_PLAY_MS))


def _ratio_of_log_play(predicted: np.ndarray, duration_ms: np.ndarray) -> np.ndarray:
    """Back to a watch ratio: a median stays one under the increasing exponential."""
    return exp(predicted) / np.maximum(duration_ms, 1)


HEADS = {
    head.name: head
    for head in (
        Head(
            "watch_ratio",
            {"objective": "regression_l1", "metric": "l1"},
            lambda rows: rows.watch_ratio,
            to_watch_ratio=lambda predicted, duration_ms: predicted,  # noqa: ARG005
        ),
        Head(
            "log_play",
            {"objective": "regression_l1", "metric": "l1"},
            _log_play,
            to_watch_ratio=_ratio_of_log_play,
            start="play_log_expected",
        ),
        Head(
            "long_view",
            {"objective": "binary", "metric": "binary_logloss"},
            _long_view,
            is_probability=True,
            start="play_log_odds",
        ),
        Head(
            "lambdarank_long_view",
            {"objective": "lambdarank", "metric": "ndcg", "eval_at": [10]},
            _long_view,
            needs_groups=True,
        ),
        *(
            Head(
                name,
                {},
                _long_view,
                is_probability=True,
                start="play_log_odds",
                network=name,
            )
            for name in ("mlp", "dcn_v2", "transformer")
        ),
    )
}


def list_sizes(rows: TrainingRows) -> np.ndarray:
    """Sizes of the contiguous lists, one per user and day, int32 (n_lists,)."""
    changes = (np.diff(rows.user_id) != 0) | (np.diff(rows.day) != 0)
    starts = np.concatenate([[0], np.flatnonzero(changes) + 1, [len(rows.user_id)]])
    return np.diff(starts).astype(np.int32)
