"""Independent random streams, so that chunks can be made in any order by any process."""

import zlib

import numpy as np
from reelrank.exact_math import normal_quantile


def generator(seed: int, stream: str, chunk: int = 0) -> np.random.Generator:
    """Return the generator of one stream and chunk; the same arguments give the same numbers.

    Parameters
    ----------
    seed : int
        The seed of the whole simulation.
    stream : str
        What is drawn, such as `users` or `log`.
    chunk : int
        Which piece of it.
    """
    key = (zlib.crc32(stream.encode()), chunk)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))


def apportion(weights: np.ndarray, total: int, rng: np.random.Generator) -> np.ndarray:
    """Share `total` over `weights` in whole numbers that sum to it exactly.

    Shares are rounded at random, up with the probability of their fraction.

    Parameters
    ----------
    weights : float64 (n,)
        Not negative, at least one above zero.
    total : int
        What the shares sum to.
    rng : numpy.random.Generator
        Source of the rounding.

    Returns
    -------
    int64 (n,)
    """
    edges = np.concatenate([[0.0], np.cumsum(weights, dtype=np.float64)])
    edges *= total / edges[-1]
    edges[-1] = total
    counts = np.floor(edges + rng.random())
    counts[0], counts[-1] = 0, total
    return np.diff(np.minimum(counts, total)).astype(np.int64)


def even_normal(group: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw standard normal values spread evenly over their quantiles within each group.

    A few hundred users then have the same distribution as seven thousand.

    Parameters
    ----------
    group : bool (n,)
        Two groups; each gets its own full set of quantiles, in random order.
    rng : numpy.random.Generator
        Source of the order.

    Returns
    -------
    float64 (n,)
    """
    values = np.empty(len(group))
    for mine in (np.flatnonzero(group), np.flatnonzero(~group)):
        values[mine] = normal_quantile((rng.permutation(len(mine)) + 0.5) / max(len(mine), 1))
    return values
