"""Sources that give every user the same order: most viewed and best received."""

import numpy as np

from reelrank.candidates.scoring import UNKNOWN, Scorer
from reelrank.candidates.train_log import TrainLog

PRIOR_VIEWS = 20.0  # a video's share of long views counts half at this many views


def most_viewed_scores(log: TrainLog) -> np.ndarray:
    """Count views of each video in train, float32 (n_videos,); -inf where it has none."""
    views = np.bincount(log.videos, log.weights["watch_count"], len(log.video_ids))
    return np.where(views > 0, views, UNKNOWN).astype(np.float32)


def best_received_scores(log: TrainLog) -> np.ndarray:
    """Share of long views of each video, shrunken to the mean of all, float32 (n_videos,).

    A video without views gets the mean: it stands before those received worse than that.
    """
    views = np.bincount(log.videos, log.weights["watch_count"], len(log.video_ids))
    likes = np.bincount(log.videos, log.weights["long_view_count"], len(log.video_ids))
    mean = likes.sum() / max(views.sum(), 1)
    return ((likes + PRIOR_VIEWS * mean) / (views + PRIOR_VIEWS)).astype(np.float32)


def scorer(scores: np.ndarray) -> Scorer:
    """Give every user the same `scores`, float32 (n_videos,)."""

    def score(users: np.ndarray) -> np.ndarray:
        return np.tile(scores, (len(users), 1))

    return score
