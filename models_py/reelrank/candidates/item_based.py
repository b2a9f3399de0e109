"""Videos watched at length by the same people (item-based collaborative filtering)."""

import warnings

import numpy as np
from implicit.nearest_neighbours import CosineRecommender
from implicit.utils import ParameterWarning

from reelrank.candidates.scoring import UNKNOWN, Scorer
from reelrank.candidates.train_log import TrainLog


def fit_scorer(log: TrainLog, neighbours: int, threads: int) -> Scorer:
    """Score by the summed cosine to the videos that the user viewed long.

    Parameters
    ----------
    neighbours : int
        Most similar videos kept per video.
    """
    liked = log.matrix(np.minimum(log.weights["long_view_count"], 1))
    liked.eliminate_zeros()
    model = CosineRecommender(K=neighbours, num_threads=threads)
    with warnings.catch_warnings():  # it warns of a conversion that it does itself
        warnings.simplefilter("ignore", ParameterWarning)
        model.fit(liked, show_progress=False)
    similarity = model.similarity.astype(np.float32).tocsr()

    def score(users: np.ndarray) -> np.ndarray:
        scores = (liked[users] @ similarity).toarray().astype(np.float32)
        scores[scores <= 0] = UNKNOWN
        return scores

    return score
