"""Taste in what the log shows a user: feeds show more of what they believe is liked.

Without taste, a user would get the videos of a day in the shares in which that day showed them:
e_uv = sum over days of (views of u) * (share of v), users of the dense matrix apart, as its pairs
were taken out of the log. Views n_uv beyond it are taken as a second look at the taste
t_uv = p_u . q_v: a Poisson model with mean e (1 + c t) gives, to second order in t,

    precision += c^2 / phi * sum_v e q q',    pull += c / phi * sum_v (n - e) q.

How strongly exposure follows taste (c) is a regression of n - e on the taste that play times
alone show. How much noisier than Poisson it is (phi) is the mean of g' H^-1 g / factors, where
g = sum_v (n - e - c e t) q and H = sum_v e q q'. Both may say that exposure tells nothing.
"""

from dataclasses import dataclass

import numpy as np

from reelrank.embeddings.play_time.least_squares import Effects, Side, Sums
from reelrank.embeddings.play_time.log import PlayLog

PERIODS = 64  # at most; a longer log is cut into equal periods of several days
LEAST_SIZE = 1e-6  # of all expected views' squared taste, in log play time
LEAST_VIEWS = 20  # of a user or video that the noise is estimated from


@dataclass(frozen=True)
class Exposure:
    """First watches of users or of videos, and how many were to be expected: rows @ columns.

    Attributes
    ----------
    side : Side
    is_shown : float64 (n_events,)
        1 for the first watch of a pair, else 0, in the order of the side.
    rows, columns : float64 (n_rows, k), (k, n_columns)
    """

    side: Side
    is_shown: np.ndarray
    rows: np.ndarray
    columns: np.ndarray

    def seen(self, others: np.ndarray) -> np.ndarray:
        """Sum of n times `others`, (n_columns, k), over each row's columns."""
        return self.side.product(self.is_shown, others)

    def sums(self, others: np.ndarray) -> np.ndarray:
        """Sum of e times `others`, (n_columns, k), over each row's columns."""
        return self.rows @ (self.columns @ others)

    def outer_sums(self, others: np.ndarray) -> np.ndarray:
        """Sum of e q q' for the vectors q of the other side, float64 (n_rows, f, f)."""
        width = others.shape[1]
        outer = (others[:, :, None] * others[:, None, :]).reshape(len(others), -1)
        return self.sums(outer).reshape(-1, width, width)


@dataclass(frozen=True)
class Strength:
    """How exposure follows taste: c, and phi of users and of videos."""

    pull: float = 0.0
    user_noise: float = 1.0
    video_noise: float = 1.0

    @property
    def for_users(self) -> tuple[float, float]:
        """C and phi where users are solved for."""
        return self.pull, self.user_noise

    @property
    def for_videos(self) -> tuple[float, float]:
        """C and phi where videos are solved for."""
        return self.pull, self.video_noise


def find_exposures(log: PlayLog, by_user: Side, by_video: Side) -> tuple[Exposure, Exposure]:
    """Count first watches per period and kind of user, from both sides."""
    is_shown = (log.contexts["repeat"] == 0).astype(np.float64)
    first = int(log.day.min(initial=np.iinfo(np.int32).max))
    length = max(int(log.day.max(initial=first)) - first + 1, 1)
    periods = min(length, PERIODS)
    kinds = (log.day - first).astype(np.int64) * periods // length
    kinds += periods * log.is_dense_user[log.users]

    def counts(of: np.ndarray, rows: int) -> np.ndarray:
        places = of.astype(np.int64) * (2 * periods) + kinds
        return np.bincount(places, is_shown, rows * 2 * periods).reshape(rows, -1)

    views = counts(log.users, len(log.user_ids))
    shares = counts(log.videos, len(log.video_ids))
    shares /= np.maximum(shares.sum(axis=0), 1)
    return (
        Exposure(by_user, by_user.arranged(is_shown), views, shares.T),
        Exposure(by_video, by_video.arranged(is_shown), shares, views.T),
    )


def add_exposure(
    sums: Sums, exposure: Exposure, others: np.ndarray, strength: tuple[float, float]
) -> Sums:
    """Add what exposure says about the vectors of one side to what play times say.

    Parameters
    ----------
    others : float64 (n_columns, factors)
        Vectors of the other side.
    strength : tuple of float
        c and phi.
    """
    pull_of_taste, noise = strength
    scale = pull_of_taste / noise
    precision, pull = sums.precision.copy(), sums.pull.copy()
    precision[:, 1:, 1:] += scale * pull_of_taste * exposure.outer_sums(others)
    pull[:, 1:] += scale * (exposure.seen(others) - exposure.sums(others))
    return Sums(precision, pull)


def estimate_strength(
    users: Effects, videos: Effects, of_users: Exposure, of_videos: Exposure
) -> Strength:
    """Estimate c and phi from vectors of users and videos that play times alone gave."""
    beyond, information = _beyond_expected(of_users, videos.vectors)
    explained = np.einsum("nij,nj->ni", information, users.vectors)
    size = (users.vectors * explained).sum()
    if size < LEAST_SIZE:  # vectors that shrank to nothing say nothing of what follows them
        return Strength()
    pull = max(float((users.vectors * beyond).sum() / size), 0.0)
    if pull == 0:
        return Strength()
    return Strength(
        pull,
        _noise(users, of_users, videos.vectors, pull),
        _noise(videos, of_videos, users.vectors, pull),
    )


def _beyond_expected(exposure: Exposure, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sum of (n - e) q, (n_rows, f), and of e q q', (n_rows, f, f)."""
    return exposure.seen(others) - exposure.sums(others), exposure.outer_sums(others)


def _noise(effects: Effects, exposure: Exposure, others: np.ndarray, pull: float) -> float:
    """Variance of what exposure says of the vectors, in that of a Poisson model; at least 1."""
    beyond, information = _beyond_expected(exposure, others)
    many = np.diff(exposure.side.starts) >= LEAST_VIEWS
    if not many.any():
        return 1.0
    information = information[many]
    away = beyond[many] - pull * np.einsum("nij,nj->ni", information, effects.vectors[many])
    inverse = np.linalg.pinv(information, hermitian=True)
    total = np.einsum("ni,nij,nj->n", away, inverse, away).mean()
    uncertain = np.einsum("nij,nji->n", information, effects.covariances[many, 1:, 1:]).mean()
    return float(max((total - pull**2 * uncertain) / others.shape[1], 1.0))
