"""Sources of candidates that know what is alive, each a scorer of the videos of a moment."""

import numpy as np
from threadpoolctl import threadpool_limits

from reelrank.candidates.scoring import UNKNOWN, Scorer
from reelrank.list_ranker.moments import Moment

# of a standard deviation of each, beside the log of the rate; small 1 to 3 and full 1 have their
# best values about here, and they are broad
TASTE_WEIGHT = np.float32(0.25)
EXPOSURE_WEIGHT = np.float32(0.35)
TO_END_EXPOSURE_WEIGHT = np.float32(0.5)
LOGISTIC = np.float32(1.7)  # log-odds of a normal variable in spreads
SOURCES = ("trending", "als_alive", "content", "trending_to_end", "trending_taste", "two_tower")


def scorer(moment: Moment, name: str) -> Scorer:
    """Make the scorer of one of `SOURCES`.

    trending: the recent rate, the same for all users. als_alive: the ALS score. content: how
    near the tag, author and category of a video are to the user's taste, for videos of the last
    day. trending_taste: log of the rate, a quarter of a standard deviation of ALS taste, a third
    of one of exposure, and the log chance of a long view. trending_to_end: log of the rate, half
    a standard deviation of exposure, and the log chance of a watch ratio above 1. two_tower: log
    of the rate plus whom the towers expect it to be shown to plus the log chance of a long view by
    their margin. Dead videos are unknown to all of them.
    """
    is_open = moment.is_alive & moment.is_new if name == "content" else moment.is_alive

    def score(users: np.ndarray) -> np.ndarray:
        with threadpool_limits(limits=1, user_api="blas"):
            scores = _scores(moment, name, users)
        scores[:, ~is_open] = UNKNOWN
        return scores

    return score


def _scores(moment: Moment, name: str, users: np.ndarray) -> np.ndarray:
    if name == "trending":
        return np.tile(moment.log_rate, (len(users), 1))
    if name == "als_alive":
        return _product(moment.als_scores, users)
    if name == "content":
        return _product(moment.contents, users)
    if name == "trending_to_end":
        log_odds = LOGISTIC * _product(moment.play_to_end, users)
        exposure = TO_END_EXPOSURE_WEIGHT * _product(moment.exposures, users)
        return moment.log_rate + exposure - np.logaddexp(np.float32(0), -log_odds)
    if name == "two_tower":
        shown = _product(moment.tower_tastes, users)
        return moment.log_rate + shown + log_chance(moment, users, moment.towers)
    taste = TASTE_WEIGHT * _product(moment.als_tastes, users)
    exposure = EXPOSURE_WEIGHT * _product(moment.exposures, users)
    return moment.log_rate + taste + exposure + log_chance(moment, users)


def log_chance(
    moment: Moment, users: np.ndarray, margins: tuple[np.ndarray, np.ndarray] | None = None
) -> np.ndarray:
    """Log chance of a long view if shown, float32 (n, n_videos); of play time, or other margins."""
    constant, slope = (np.float32(value) for value in moment.chance)
    log_odds = constant + slope * _product(margins or moment.play, users)
    return -np.logaddexp(np.float32(0), -log_odds)


def _product(vectors: tuple[np.ndarray, np.ndarray], users: np.ndarray) -> np.ndarray:
    return vectors[0][users] @ vectors[1].T
