"""Weighted least squares of one side of a factorisation, given the other.

An effect is a bias and a vector. With F = (1, q_v) for a video, offset b_v its bias, weights w
and residuals r of the events of user u, the effects x_u = (bias, vector) have the normal
distribution with precision A and mean A^-1 h,

    A = sum w F F' + P,    h = sum w (r - b_v) F + P m,

where m and P^-1 are mean and covariance of the prior; videos likewise, given the users. The sums
over events are products of a sparse matrix with all outer products of the other side at once.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy import sparse

SHARES = 8  # row ranges for threads; a row is summed by one thread, so their number moves no bit

LEAST_PRECISION = 1e-9


@dataclass(frozen=True)
class Effects:
    """Biases and vectors of users or of videos, with what is uncertain of them.

    Attributes
    ----------
    means : float64 (n, 1 + factors)
        The bias, then the vector.
    covariances : float64 (n, 1 + factors, 1 + factors)
        Of the posterior distribution.
    is_known : bool (n,)
        Whether any event says something about it.
    """

    means: np.ndarray
    covariances: np.ndarray
    is_known: np.ndarray

    @property
    def vectors(self) -> np.ndarray:
        """The vectors alone, float64 (n, factors)."""
        return self.means[:, 1:]


@dataclass(frozen=True)
class Side:
    """Events as rows of a sparse matrix: all events of a user, or of a video, together.

    Attributes
    ----------
    starts : int64 (n_rows + 1,)
    columns : int32 (n_events,)
        Position on the other side.
    order : int64 (n_events,) or None
        Place of each event in the log; None where the log is ordered by the rows already.
    column_count : int
    threads : int
    """

    starts: np.ndarray
    columns: np.ndarray
    order: np.ndarray | None
    column_count: int
    threads: int

    @classmethod
    def of(cls, rows: np.ndarray, columns: np.ndarray, counts: tuple[int, int], threads: int):
        """Group events by `rows`, int32 (n_events,); `counts` are those of rows and columns."""
        starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=counts[0]))])
        if (np.diff(rows) >= 0).all():
            return cls(starts, columns, None, counts[1], threads)
        keys = rows.astype(np.uint16) if counts[0] <= 1 << 16 else rows  # sorted by radix
        order = np.argsort(keys, kind="stable")
        return cls(starts, columns[order], order, counts[1], threads)

    @property
    def is_known(self) -> np.ndarray:
        """Which rows have events, bool (n_rows,)."""
        return np.diff(self.starts) > 0

    def arranged(self, values: np.ndarray) -> np.ndarray:
        """Values of events, (n_events,), in the order of this side."""
        return values if self.order is None else values[self.order]

    def product(self, values: np.ndarray, others: np.ndarray) -> np.ndarray:
        """Sum `values` of events times rows of `others`, (n_columns, k), over each row's events.

        Parameters
        ----------
        values : float64 (n_events,)
            In the order of this side.
        """
        found = np.empty((len(self.starts) - 1, others.shape[1]))

        def fill(first: int, last: int) -> None:
            begin, end = self.starts[first], self.starts[last]
            part = sparse.csr_matrix(
                (values[begin:end], self.columns[begin:end], self.starts[first : last + 1] - begin),
                shape=(last - first, self.column_count),
            )
            found[first:last] = part @ others

        limits = np.searchsorted(self.starts, np.linspace(0, self.starts[-1], SHARES + 1)[1:-1])
        limits = [0, *limits.tolist(), len(self.starts) - 1]
        with ThreadPoolExecutor(self.threads) as pool:
            list(pool.map(fill, limits[:-1], limits[1:]))
        return found


@dataclass(frozen=True)
class Sums:
    """What events say of each effect: precision (n, d, d) and precision times mean (n, d)."""

    precision: np.ndarray
    pull: np.ndarray


def sum_events(side: Side, weights: np.ndarray, weighted: np.ndarray, others: np.ndarray) -> Sums:
    """Add up the normal equations of one side.

    Parameters
    ----------
    weights, weighted : float64 (n_events,)
        w and w * r, in the order of the side.
    others : float64 (n_columns, 1 + factors)
        Effects of the other side.
    """
    width = others.shape[1]
    features = np.concatenate([np.ones((len(others), 1)), others[:, 1:]], axis=1)
    upper = np.triu_indices(width)
    outer = features[:, upper[0]] * features[:, upper[1]]
    products = side.product(weights, np.concatenate([outer, others[:, :1] * features], axis=1))
    precision = np.empty((len(products), width, width))
    precision[:, upper[0], upper[1]] = products[:, :-width]
    precision[:, upper[1], upper[0]] = products[:, :-width]
    return Sums(precision, side.product(weighted, features) - products[:, -width:])


def solve(sums: Sums, prior_means: np.ndarray, prior_covariance: np.ndarray, is_known: np.ndarray):
    """Combine what events say with the prior.

    Parameters
    ----------
    prior_means : float64 (n, d)
    prior_covariance : float64 (d, d)
    is_known : bool (n,)
    """
    prior = np.linalg.inv(prior_covariance)
    # where neither events nor prior say anything of a direction, as in a log of one day
    least = LEAST_PRECISION * np.eye(len(prior))
    precision = sums.precision + prior + least
    try:
        covariances = np.linalg.inv(precision)
    except np.linalg.LinAlgError:  # events that say a million times more than the prior
        covariances = np.linalg.pinv(precision, hermitian=True)
    means = np.einsum("nij,nj->ni", covariances, sums.pull + prior_means @ prior)
    return Effects(means, covariances, is_known)
