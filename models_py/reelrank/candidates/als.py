"""Matrix factorisation of the train log: the first stage, and the source of all vectors."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from implicit.als import AlternatingLeastSquares
from scipy import sparse

from reelrank.candidates.scoring import UNKNOWN, Scorer
from reelrank.candidates.train_log import TrainLog
from reelrank.presets import AlsSettings
from reelrank.progress import ignore
from reelrank.threads import one_blas_thread


@dataclass(frozen=True)
class Factors:
    """Vectors of users and videos; rows of zeros where the log knows nothing.

    Attributes
    ----------
    users : float32 (n_users, factors)
    videos : float32 (n_videos, factors)
    knows_user, knows_video : bool (n_users,), (n_videos,)
    """

    users: np.ndarray
    videos: np.ndarray
    knows_user: np.ndarray
    knows_video: np.ndarray


def confidences(log: TrainLog, settings: AlsSettings) -> sparse.csr_matrix:
    """Signed confidences (n_users, n_videos), float32; negative for disliked pairs.

    Implicit takes a negative value as a known dislike of that confidence. At a confidence of 1 that
    is what it holds of every pair without a value, so such pairs are left out: four in five.
    """
    weight = log.weights[settings.confidence]
    level = weight / (1 + weight / settings.saturation) if settings.saturation else weight
    confidence = (settings.base_confidence + settings.alpha * level).astype(np.float32)
    confidence = np.where(weight > 0, confidence, np.float32(-settings.unliked_confidence))
    matrix = log.matrix(np.where(confidence == -1, 0, confidence))
    matrix.eliminate_zeros()
    return matrix


def fit_factors(
    log: TrainLog,
    settings: AlsSettings,
    *,
    seed: int,
    threads: int,
    earlier: Factors | None = None,
    on_iteration: Callable[[float], None] = ignore,
) -> Factors:
    """Fit ALS by conjugate gradient; the same bits for any number of threads.

    Each row is solved on its own, so threads change nothing; BLAS is held to one thread because
    its sums do depend on their number.

    Parameters
    ----------
    earlier : Factors, optional
        A fit of the same users and videos to start from, in half the iterations.
    on_iteration : callable
        Called with 1 after each iteration.
    """
    matrix = confidences(log, settings)
    with one_blas_thread():
        model = AlternatingLeastSquares(
            factors=settings.factors,
            regularization=settings.regularization,
            iterations=settings.later_iterations if earlier else settings.iterations,
            use_cg=True,
            num_threads=threads,
            random_state=seed,
        )
        if earlier:
            model.user_factors = started(earlier.users, earlier.knows_user, seed)
            model.item_factors = started(earlier.videos, earlier.knows_video, seed + 1)
        model.fit(matrix, show_progress=False, callback=lambda *_: on_iteration(1))
    says_something = (log.weights[settings.confidence] > 0) | (settings.unliked_confidence > 0)
    knows_user, knows_video = (
        np.bincount(positions[says_something], minlength=count) > 0
        for positions, count in zip((log.users, log.videos), matrix.shape, strict=True)
    )
    return Factors(
        users=np.where(knows_user[:, None], model.user_factors, 0),
        videos=np.where(knows_video[:, None], model.item_factors, 0),
        knows_user=knows_user,
        knows_video=knows_video,
    )


def started(vectors: np.ndarray, is_known: np.ndarray, seed: int) -> np.ndarray:
    """Give vectors that an earlier fit knows, and small random ones for the rest, as implicit."""
    rng = np.random.default_rng(seed)
    fresh = rng.random(vectors.shape) * 0.01
    return np.where(is_known[:, None], vectors, fresh).astype(np.float32)


def scorer(factors: Factors) -> Scorer:
    """Score by the dot product of user and video."""

    def score(users: np.ndarray) -> np.ndarray:
        with one_blas_thread():
            scores = factors.users[users] @ factors.videos.T
        scores[:, ~factors.knows_video] = UNKNOWN
        scores[~factors.knows_user[users]] = UNKNOWN
        return scores

    return score
