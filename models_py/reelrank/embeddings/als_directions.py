"""What the ranker sees of ALS vectors: numbers that mean the same in every block of time.

A raw inner product grows with the log behind it and mixes what a user likes with what
everybody is shown, so trees fitted on early blocks misread those of late ones. Here each user's
scores over the catalogue have mean 0 and sd 1, and are split into popularity, which all users
share, and taste, which is uncorrelated with it over the catalogue.
"""

from dataclasses import dataclass

import numpy as np

from reelrank.threads import one_blas_thread


@dataclass(frozen=True)
class Directions:
    """Vectors whose inner products are the features; float32.

    Attributes
    ----------
    scores : float32 (n_users, factors)
        With `centred`: the ALS score, in sd of the user's scores over all videos.
    tastes : float32 (n_users, factors)
        With `centred`: the part of the score that popularity does not tell, in its own sd.
    centred : float32 (n_videos, factors)
        Video vectors less their mean.
    popularity : float32 (n_videos,)
        The mean user's score, in its sd over all videos.
    """

    scores: np.ndarray
    tastes: np.ndarray
    centred: np.ndarray
    popularity: np.ndarray


def find_directions(users: np.ndarray, videos: np.ndarray) -> Directions:
    """Split the scores of known users and videos into popularity and taste.

    With C the covariance of the video vectors, a user u has sd sqrt(u'Cu) over the catalogue,
    and less the multiple u'Cm / m'Cm of the mean user m, its scores are uncorrelated with m's.

    Parameters
    ----------
    users : float32 (n_users, factors)
    videos : float32 (n_videos, factors)
    """
    with one_blas_thread():
        users = users.astype(np.float64)
        centred = videos - videos.mean(axis=0, dtype=np.float64)
        covariance = centred.T @ centred / max(len(centred), 1)
        mean_user = users.mean(axis=0)
        spread = mean_user @ covariance @ mean_user
        shares = users @ covariance @ mean_user / spread if spread > 0 else np.zeros(len(users))
        popularity = centred @ mean_user / np.sqrt(spread) if spread > 0 else centred[:, 0] * 0
        return Directions(
            scores=_in_sds(users, covariance),
            tastes=_in_sds(users - shares[:, None] * mean_user, covariance),
            centred=centred.astype(np.float32),
            popularity=popularity.astype(np.float32),
        )


def _in_sds(users: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Scale vectors so that their scores have sd 1 over the catalogue; no spread gives zeros."""
    sd = np.sqrt(np.maximum(((users @ covariance) * users).sum(axis=1), 0))[:, None]
    return np.divide(users, sd, out=np.zeros_like(users), where=sd > 0).astype(np.float32)
