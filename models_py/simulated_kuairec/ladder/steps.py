"""The steps of the ladder: random, best received, ALS, and the ceiling that the truth sets."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares
from reelrank.errors import UserError
from reelrank.progress import progress
from threadpoolctl import threadpool_limits

from simulated_kuairec.ladder.ranking import Board, build_board, ndcg_and_precision
from simulated_kuairec.ladder.source import Source
from simulated_kuairec.truth import load_truth

K = 10
SHRINK_VIEWS = 20
# confidence on long views alone, the debiased feedback; few factors, strong regularization:
# the best of a small grid (docs/simulation.md)
ALS = {"factors": 8, "regularization": 100.0, "alpha": 10.0, "iterations": 15}


@dataclass(frozen=True)
class Step:
    """One step of the ladder.

    Attributes
    ----------
    name : str
        The step.
    simulated : float
        nDCG@10, or the figure that the name says.
    real : float or None
        The published one, None where there is none.
    gap : float
        How far apart they may be.
    """

    name: str
    simulated: float
    real: float | None = None
    gap: float = 0.03

    @property
    def inside(self) -> bool:
        """Whether the step is within its gap of the real one."""
        return self.real is None or abs(self.simulated - self.real) <= self.gap


def _shares(source: Source, positive: np.ndarray, prior: float) -> np.ndarray:
    """Shrunken share of positive views per video in training, float64 (n_videos,)."""
    video = source.train.video
    seen = np.bincount(video, minlength=source.videos)
    found = np.bincount(video, positive, minlength=source.videos)
    return (found + SHRINK_VIEWS * prior) / (seen + SHRINK_VIEWS)


def als_scores(source: Source, board: Board, is_long: np.ndarray) -> np.ndarray:
    """Scores of ALS on the long views of training, float32 (n_users, n_videos).

    Hu, Koren, Volinsky 2008, as in the library `implicit`.
    """
    train = source.train
    shape = (source.users, source.videos)
    ones = np.ones(int(is_long.sum()), dtype=np.float32)
    views = sp.csr_matrix((ones, (train.user[is_long], train.video[is_long])), shape=shape)
    views.sum_duplicates()
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(**ALS, random_state=42)
        model.fit(views, show_progress=False)
    return model.user_factors[board.users] @ model.item_factors[board.videos].T


def _truth_grid(source: Source, board: Board, data_dir: Path, ratio: np.ndarray) -> np.ndarray:
    """Probability of more than `ratio` per dense view, from the truth."""
    dense = source.dense
    return board.grid(load_truth(data_dir).probability_above(dense.user, dense.video, ratio))


def long_view_steps(source: Source, data_dir: Path) -> list[Step]:
    """Measure nDCG@10 of the steps on long views."""
    board = build_board(source.dense.user, source.dense.video)
    relevant = board.grid(source.is_long(source.dense))
    is_long = source.is_long(source.train)
    rng = np.random.default_rng(42)
    received = _shares(source, is_long, is_long.mean())[board.videos]

    def ndcg(scores: np.ndarray) -> float:
        return ndcg_and_precision(np.broadcast_to(scores, relevant.shape), relevant, K)[0]

    with progress("ranking", 4, "steps") as update:
        steps = [Step("random", ndcg(rng.random(relevant.shape)), 0.149)]
        update(1)
        steps.append(Step("best received", ndcg(received), 0.208))
        update(1)
        steps.append(Step("ALS on long views", ndcg(als_scores(source, board, is_long)), 0.271))
        update(1)
        ratio = source.threshold(source.dense.duration_ms)
        try:
            ceiling = _truth_grid(source, board, data_dir, ratio)
            steps.append(Step("the truth itself, lasting taste", ndcg(ceiling)))
        except UserError:
            pass  # real data: nobody knows the ceiling
        update(1)
    return steps


def loop_steps(source: Source) -> list[Step]:
    """Measure shortest first against each video's own share of positives, watch_ratio > 1."""
    board = build_board(source.dense.user, source.dense.video)
    relevant = board.grid(source.dense.ratio > 1)
    length = np.full(source.videos, np.inf)
    np.minimum.at(length, source.dense.video, source.dense.duration_ms)
    looped = source.train.ratio > 1
    own = _shares(source, looped, looped.mean())[board.videos]

    def ndcg(scores: np.ndarray) -> float:
        return ndcg_and_precision(np.broadcast_to(scores, relevant.shape), relevant, K)[0]

    shortest, share = ndcg(-length[board.videos]), ndcg(own)
    return [
        Step("watch_ratio > 1: shortest first", shortest),
        Step("watch_ratio > 1: own share of positives", share),
        Step("watch_ratio > 1: shortest first minus own share", shortest - share, 0.002, 0.03),
    ]
