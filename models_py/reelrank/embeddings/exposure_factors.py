"""ALS of all views, solved exactly: what the feed shows to whom.

The model is that of `candidates.als` (Hu, Koren and Volinsky 2008, Collaborative filtering for
implicit feedback datasets). Nearly every pair of the log counts in it, and its factors are few:
the normal equations of all users are then one product of a sparse matrix, which takes less than
half the time of conjugate gradient pair by pair.
"""

from collections.abc import Callable

import numpy as np
from scipy import sparse

from reelrank.candidates.als import Factors, confidences, started
from reelrank.candidates.train_log import TrainLog
from reelrank.embeddings.play_time.least_squares import LEAST_PRECISION, Side
from reelrank.presets import AlsSettings
from reelrank.progress import ignore
from reelrank.threads import one_blas_thread


@one_blas_thread()
def fit_exposure(
    log: TrainLog,
    settings: AlsSettings,
    *,
    seed: int,
    threads: int,
    earlier: Factors | None = None,
    on_iteration: Callable[[float], None] = ignore,
) -> Factors:
    """Fit ALS by exact solutions; the same bits for any number of threads.

    Parameters
    ----------
    earlier : Factors, optional
        A fit of the same users and videos to start from, in half the iterations.
    on_iteration : callable
        Called with 1 after each iteration.
    """
    matrix = confidences(log, settings)
    by_user, by_video = (_sided(found, threads) for found in (matrix, matrix.T.tocsr()))
    if earlier:
        videos = started(earlier.videos, earlier.knows_video, seed)
    else:
        videos = np.random.default_rng(seed).random((matrix.shape[1], settings.factors)) * 0.01
    for _ in range(settings.later_iterations if earlier else settings.iterations):
        users = _solve(*by_user, videos.astype(np.float64), settings.regularization)
        videos = _solve(*by_video, users, settings.regularization)
        on_iteration(1)
    knows_user, knows_video = (side.is_known for side, _ in (by_user, by_video))
    return Factors(
        np.where(knows_user[:, None], users, 0).astype(np.float32),
        np.where(knows_video[:, None], videos, 0).astype(np.float32),
        knows_user,
        knows_video,
    )


def _sided(matrix: sparse.csr_matrix, threads: int) -> tuple[Side, np.ndarray]:
    """Give the pairs of one side, and their signed confidences, float64 (n_pairs,)."""
    side = Side(matrix.indptr, matrix.indices, None, matrix.shape[1], threads)
    return side, matrix.data.astype(np.float64)


def _solve(side: Side, signed: np.ndarray, others: np.ndarray, regularization: float) -> np.ndarray:
    """Solve (V'V + sum (|c| - 1) v v' + regularization) x = sum of liked c v, for all rows."""
    width = others.shape[1]
    upper = np.triu_indices(width)
    sums = side.product(np.abs(signed) - 1, others[:, upper[0]] * others[:, upper[1]])
    precision = np.empty((len(sums), width, width))
    precision[:, upper[0], upper[1]] = precision[:, upper[1], upper[0]] = sums
    # the least, for a catalogue with fewer videos than factors and no regularization
    precision += others.T @ others + (regularization + LEAST_PRECISION) * np.eye(width)
    pull = side.product(np.maximum(signed, 0), others)
    return np.linalg.solve(precision, pull[:, :, None])[:, :, 0]
