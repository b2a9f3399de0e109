"""The users: their published features, and the latent ones that drive how they watch."""

from dataclasses import dataclass

import numpy as np
from reelrank.exact_math import (
    cholesky,
    exp,
    expit,
    interpolate,
    log,
    logit,
    mean,
    normal_cdf,
    power,
    product,
    spread,
    total,
)

from simulated_kuairec import marginals as m
from simulated_kuairec.draws import normal
from simulated_kuairec.parameters import LEVEL_BY_FEAT9, LEVEL_FEAT11_IS_2, PlayTime
from simulated_kuairec.scales import Counts
from simulated_kuairec.seeds import apportion, even_normal, generator

EMPTY = -1


@dataclass(frozen=True)
class Users:
    """Columns of all users, position = user_id.

    Attributes
    ----------
    features : dict
        Column of user_features.csv to its values; -1 in a onehot column is an empty cell.
    dense : bool (n_users,)
        Whether the user is one of small_matrix.
    level : float64 (n_users,)
        Shift of log play time.
    spread : float64 (n_users,)
        Standard deviation of the middle component of log play time.
    skip, loose, zero : float64 (n_users,)
        Shares of the other components in the dense matrix.
    """

    features: dict[str, np.ndarray]
    dense: np.ndarray
    level: np.ndarray
    spread: np.ndarray
    skip: np.ndarray
    loose: np.ndarray
    zero: np.ndarray


def _shuffled(table: dict, n: int, rng: np.random.Generator) -> np.ndarray:
    """Values in the proportions of a table of counts, in random order."""
    shares = apportion(np.array(list(table.values()), dtype=np.float64), n, rng)
    return rng.permutation(np.repeat(np.array(list(table)), shares))


def _codes(n_codes: int, top_share: float, n: int, rng: np.random.Generator) -> np.ndarray:
    """Codes with a falling frequency, the commonest with `top_share`; shuffled labels."""
    lowest, highest = 0.0, 3.0
    ranks = np.arange(1, n_codes + 1)
    for _ in range(40):
        slope = (lowest + highest) / 2
        weights = power(ranks, -slope)
        weights /= total(weights)
        lowest, highest = (slope, highest) if weights[0] < top_share else (lowest, slope)
    labels = rng.permutation(n_codes)
    return labels[rng.choice(n_codes, size=n, p=weights)]


def _numbers(n: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Follow, fan and friend numbers and register days, with their ranges."""
    factor = cholesky(np.array(m.RANK_CORRELATION))
    ranks = normal_cdf(product(normal(rng, (n, len(m.QUANTILES))), factor.T))
    columns = {}
    for k, (name, quantiles) in enumerate(m.QUANTILES.items()):
        values = interpolate(ranks[:, k], list(quantiles), list(quantiles.values()))
        drift = exp(m.RANGE_DRIFT * normal(rng, n))
        starts, labels = zip(*m.RANGES[name], strict=True)
        at = np.searchsorted(starts, np.rint(values * drift), side="right") - 1
        columns[name] = np.rint(values).astype(np.int64)
        columns[f"{name}_range"] = np.array(labels)[at]
    return columns


def _onehots(n: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw the 18 coded columns, -1 where the cell is empty."""
    columns = {}
    for k, table in enumerate(m.ONEHOT):
        if isinstance(table, dict):
            columns[f"onehot_feat{k}"] = _shuffled(table, n, rng).astype(np.int64)
        else:
            columns[f"onehot_feat{k}"] = _codes(*table, n, rng)
    order = rng.permutation(n)
    share = n / m.USERS
    columns["onehot_feat4"][order[-round(m.EMPTY_FEAT4 * share) :]] = EMPTY
    nobody = max(1, round(m.EMPTY_ALL * share))
    for k in range(12, 18):
        more = round(m.EMPTY_MORE.get(k, 0) * share)
        columns[f"onehot_feat{k}"][order[: nobody + more]] = EMPTY
    return columns


def _features(n: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """All columns of user_features.csv but user_id, in the order of the file."""
    columns = {"user_active_degree": _shuffled(m.ACTIVE_DEGREE, n, rng)}
    for name, count in m.FLAGS.items():
        columns[name] = _shuffled({0: m.USERS - count, 1: count}, n, rng).astype(np.int64)
    return columns | _numbers(n, rng) | _onehots(n, rng)


def _level(features: dict, p: PlayTime, dense: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Shift of log play time, skewed to the left; a little of it can be read from the features."""
    feat9, feat11 = features["onehot_feat9"], features["onehot_feat11"]
    from_features = LEVEL_BY_FEAT9 * (feat9 - mean(feat9))
    from_features = from_features + LEVEL_FEAT11_IS_2 * ((feat11 == 2) - mean(feat11 == 2))
    known = spread(from_features)
    rest = np.sqrt(max(p.level_sd * p.level_sd - known * known, 0.0))
    tail = 1 + log(normal_cdf(even_normal(dense, rng)))
    own = np.sqrt(1 - p.level_skew * p.level_skew) * even_normal(dense, rng)
    return from_features + rest * (p.level_skew * tail + own)


def _share(average: float, sd: float, dense: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Logit-normal shares with this mean."""
    scores = sd * even_normal(dense, rng)
    lowest, highest = logit(1e-5), logit(1 - 1e-5)
    for _ in range(50):
        centre = (lowest + highest) / 2
        below = mean(expit(centre + scores)) < average
        lowest, highest = (centre, highest) if below else (lowest, centre)
    return expit(centre + scores)


def build_users(counts: Counts, play: PlayTime, seed: int) -> Users:
    """Draw all users.

    Parameters
    ----------
    counts : Counts
        How many, and how many of them dense.
    play : PlayTime
        The distribution of the latent ones.
    seed : int
        Seed of the simulation.
    """
    n = counts.users
    features = _features(n, generator(seed, "user features"))
    rng = generator(seed, "users")
    dense = np.zeros(n, dtype=bool)
    dense[rng.permutation(n)[: counts.dense_users]] = True
    width = play.spread_median * exp(play.spread_sd * even_normal(dense, rng))
    rank = normal_cdf(even_normal(dense, rng))
    zero_mean = play.zero_share / play.zero_users
    zero = -zero_mean * log(np.minimum(rank / play.zero_users, 1.0))
    return Users(
        features=features,
        dense=dense,
        level=log(play.median_ms) + _level(features, play, dense, rng),
        spread=np.clip(width, *play.spread_range),
        skip=_share(play.skip_share, play.skip_sd, dense, rng),
        loose=_share(play.loose_share, play.loose_sd, dense, rng),
        zero=np.minimum(zero, 0.3),
    )
