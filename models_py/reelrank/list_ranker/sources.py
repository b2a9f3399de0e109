"""Sources of candidates that know what is alive, each a scorer of the videos of a moment."""

import numpy as np

from reelrank.candidates.scoring import UNKNOWN, Scorer
from reelrank.list_ranker.moments import Moment
from reelrank.threads import one_blas_thread

# of a standard deviation of each, beside the log of the rate; small 1 to 3 and full 1 have their
# best values about here, and they are broad
TASTE_WEIGHT = np.float32(0.25)
EXPOSURE_WEIGHT = np.float32(0.35)
TO_END_EXPOSURE_WEIGHT = np.float32(0.5)
LOGISTIC = np.float32(1.7)  # log-odds of a normal variable in spreads


def scorer(moment: Moment, name: str) -> Scorer:
    """Make the scorer of one of `SOURCES`; videos that it does not propose are unknown to it."""
    is_open = moment.is_alive & moment.is_new if name in OF_NEW_VIDEOS else moment.is_alive

    def score(users: np.ndarray) -> np.ndarray:
        with one_blas_thread():
            scores = SCORES[name](moment, users)
        scores[:, ~is_open] = UNKNOWN
        return scores

    return score


def log_chance(
    moment: Moment, users: np.ndarray, margins: tuple[np.ndarray, np.ndarray] | None = None
) -> np.ndarray:
    """Log chance of a long view if shown, float32 (n, n_videos); of play time, or other margins."""
    constant, slope = (np.float32(value) for value in moment.chance)
    log_odds = constant + slope * _product(margins or moment.play, users)
    return -np.logaddexp(np.float32(0), -log_odds)


def _product(vectors: tuple[np.ndarray, np.ndarray], users: np.ndarray) -> np.ndarray:
    return vectors[0][users] @ vectors[1].T


def _trending(moment: Moment, users: np.ndarray) -> np.ndarray:
    """Score by the log of the recent rate, the same for all users."""
    return np.tile(moment.log_rate, (len(users), 1))


def _als_alive(moment: Moment, users: np.ndarray) -> np.ndarray:
    """Score by ALS."""
    return _product(moment.als_scores, users)


def _content(moment: Moment, users: np.ndarray) -> np.ndarray:
    """Score by how near tag, author and category are to the user's taste."""
    return _product(moment.contents, users)


def _trending_to_end(moment: Moment, users: np.ndarray) -> np.ndarray:
    """Add to the rate half an sd of exposure and the log chance of a watch ratio above 1."""
    log_odds = LOGISTIC * _product(moment.play_to_end, users)
    exposure = TO_END_EXPOSURE_WEIGHT * _product(moment.exposures, users)
    return moment.log_rate + exposure - np.logaddexp(np.float32(0), -log_odds)


def _trending_taste(moment: Moment, users: np.ndarray) -> np.ndarray:
    """Add to the rate some ALS taste, some exposure and the log chance of a long view."""
    taste = TASTE_WEIGHT * _product(moment.als_tastes, users)
    exposure = EXPOSURE_WEIGHT * _product(moment.exposures, users)
    return moment.log_rate + taste + exposure + log_chance(moment, users)


def _two_tower(moment: Moment, users: np.ndarray) -> np.ndarray:
    """Add to the rate whom the towers expect it to be shown to, and the log chance by their margin.

    Needs a preset with towers.
    """
    shown = _product(moment.tower_tastes, users)
    return moment.log_rate + shown + log_chance(moment, users, moment.towers)


# from a moment and positions of users to float32 (users, videos), higher is better
SCORES = {
    "trending": _trending,
    "als_alive": _als_alive,
    "content": _content,
    "trending_to_end": _trending_to_end,
    "trending_taste": _trending_taste,
    "two_tower": _two_tower,
}
SOURCES = tuple(SCORES)
OF_NEW_VIDEOS = ("content",)  # the others propose any living video
