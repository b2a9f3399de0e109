"""Random values of usual distributions, made from uniform draws only by `exact_math`.

numpy's own are rejection samplers that call the C library: one other last bit there, and all
later draws are others. Uniform numbers, whole numbers, permutations and choices of a numpy
generator are integer work, the same everywhere; they are used as they are.
"""

import numpy as np
from reelrank.exact_math import exp, log, normal_quantile

# below this mean a binomial count is searched for step by step, above it is rounded
LARGE_MEAN = 16.0


def open_uniform(rng: np.random.Generator, size: int | tuple[int, ...]) -> np.ndarray:
    """Uniform between 0 and 1, neither of them among the values."""
    return np.maximum(rng.random(size), 2.0**-54)


def uniform(
    rng: np.random.Generator, low: float, high: float, size: int | tuple[int, ...]
) -> np.ndarray:
    """Uniform between two numbers."""
    return low + (high - low) * rng.random(size)


def normal(rng: np.random.Generator, size: int | tuple[int, ...]) -> np.ndarray:
    """Draw standard normal values."""
    return normal_quantile(open_uniform(rng, size))


def exponential(rng: np.random.Generator, size: int | tuple[int, ...]) -> np.ndarray:
    """Exponential with mean 1."""
    return -log(open_uniform(rng, size))


def pareto(rng: np.random.Generator, tail: float, size: int) -> np.ndarray:
    """Pareto from 1 on: above x with probability x to the power of -tail."""
    return exp(exponential(rng, size) / tail)


def gamma(rng: np.random.Generator, shape: float, size: int) -> np.ndarray:
    """Gamma with mean `shape`, which is at least 1 (Marsaglia and Tsang 2000)."""
    d = shape - 1 / 3
    c = 1 / np.sqrt(9 * d)
    values, left = np.empty(size), np.arange(size)
    while len(left):
        x = normal(rng, len(left))
        v = (1 + c * x) * (1 + c * x) * (1 + c * x)
        bound = 0.5 * x * x + d - d * v + d * log(np.maximum(v, 1e-300))
        kept = (v > 0) & (log(open_uniform(rng, len(left))) < bound)
        values[left[kept]] = d * v[kept]
        left = left[~kept]
    return values


def _small_binomial(rng: np.random.Generator, count: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Binomial by its cumulated probabilities, one after the other."""
    value = np.zeros(len(count), dtype=np.int64)
    odds = share / (1 - share)
    chance = exp(count * log(1 - share))
    left, at = np.arange(len(count)), rng.random(len(count))
    k = 0
    while len(left):
        at = at - chance
        stay = (at >= 0) & (k < count)
        k += 1
        left, at, chance = left[stay], at[stay], chance[stay]
        count, odds = count[stay], odds[stay]
        chance = chance * (odds * (count - (k - 1)) / k)
        value[left] = k
    return value


def binomial(rng: np.random.Generator, count: np.ndarray, share: np.ndarray | float) -> np.ndarray:
    """Successes in `count` trials; int64 (n,).

    Counts with a mean of 16 or more, and as many expected failures, are a normal value with the
    binomial's mean, variance and skewness (Cornish and Fisher), rounded.
    """
    share = np.broadcast_to(np.asarray(share, dtype=np.float64), count.shape)
    rare = np.minimum(share, 1 - share)
    average = count * rare
    small = average < LARGE_MEAN
    value = np.empty(len(count), dtype=np.int64)
    value[small] = _small_binomial(rng, count[small], rare[small])
    n, p, m = count[~small], rare[~small], average[~small]
    z = normal(rng, len(n))
    skewed = m + np.sqrt(m * (1 - p)) * z + (1 - 2 * p) * (z * z - 1) / 6
    value[~small] = np.clip(np.rint(skewed), 0, n)
    return np.where(share > rare, count - value, value)
