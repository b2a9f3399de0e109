"""Functions whose last bit is the same on every processor, for all that decides something.

The exponential of numpy, of scipy and of the C library, and sums of products of BLAS differ in
the last bit between processors, since each has its own fast way. IEEE 754 leaves no such choice
to single additions, multiplications, divisions and square roots. So everything here is made of
those, one numpy call each, in a fixed order. Numbers are float64, sums run from left to right.
Relative errors, as the tests measure them, are below 1e-15, of `normal_cdf` below 2e-14.
"""

from collections.abc import Callable
from decimal import Decimal, localcontext
from functools import wraps

import numpy as np

# numbers that fit in the cache of a core with all the steps of a function
AT_ONCE = 8_192
STEPS = 32  # of an octave, in the table of `exp`
EXPONENT_BIAS, FRACTION_BITS = 1023, 52
SQRT_HALF_BITS = np.float64(0.7071067811865476).view(np.int64)
ROOT_TWO_PI = 2.5066282746310002


def _precise(work: Callable[[], list[Decimal]]) -> np.ndarray:
    """Round decimal numbers of 50 digits once, to the nearest float64."""
    with localcontext() as context:
        context.prec = 50
        return np.array([float(value) for value in work()])


_TWO = Decimal(2)
_POWERS = _precise(lambda: [_TWO ** (Decimal(step) / STEPS) for step in range(STEPS)])
# logarithms of k / 128, for mantissas between sqrt(1/2) and sqrt(2)
_LOGS = _precise(lambda: [(Decimal(max(k, 1)) / 128).ln() for k in range(182)])
(_PER_STEP,) = _precise(lambda: [STEPS / _TWO.ln()])
# ln 2 in two parts: multiples of the first are exact, the second is what it lacks
_LN2_HIGH = float(np.floor(0.6931471805599453 * 2**32) / 2**32)
(_LN2_LOW,) = _precise(lambda: [_TWO.ln() - Decimal(_LN2_HIGH)])
_EXP_TERMS = [1 / 720, 1 / 120, 1 / 24, 1 / 6, 1 / 2, 1.0]
_LOG_TERMS = [1 / 7, -1 / 6, 1 / 5, -1 / 4, 1 / 3, -1 / 2]
_SINE_TERMS = _precise(
    lambda: [(-1) ** k / Decimal(np.prod(range(1, 2 * k + 2), dtype=object)) for k in range(11)]
)[::-1]


def _in_blocks(function: Callable[[np.ndarray], np.ndarray]) -> Callable[..., np.ndarray]:
    """Let a function of one flat array take any shape, block by block for speed."""

    @wraps(function)
    def blocks(values: np.ndarray | float) -> np.ndarray:
        values = np.asarray(values, dtype=np.float64)
        out, flat = np.empty(values.size), values.ravel()
        for start in range(0, len(flat), AT_ONCE):
            out[start : start + AT_ONCE] = function(flat[start : start + AT_ONCE])
        return out.reshape(values.shape)[()]

    return blocks


def polynomial(x: np.ndarray, terms: list[float] | np.ndarray) -> np.ndarray:
    """Polynomial by Horner's rule, the highest power first."""
    value = x * terms[0] + terms[1]
    for term in terms[2:]:
        value *= x
        value += term
    return value


@_in_blocks
def exp(x: np.ndarray) -> np.ndarray:
    """E to the power of x; x is held within -700 and 700."""
    x = np.clip(x, -700.0, 700.0)
    steps = np.rint(x * _PER_STEP)
    rest = (x - steps * (_LN2_HIGH / STEPS)) - steps * (_LN2_LOW / STEPS)
    whole = steps.astype(np.int64)
    power = _POWERS[whole & (STEPS - 1)]
    power = power + power * (rest * polynomial(rest, _EXP_TERMS))
    return (power.view(np.int64) + ((whole >> 5) << FRACTION_BITS)).view(np.float64)


@_in_blocks
def log(x: np.ndarray) -> np.ndarray:
    """Natural logarithm of normal numbers above zero."""
    bits = x.view(np.int64)
    exponent = (bits - SQRT_HALF_BITS) >> FRACTION_BITS
    mantissa = (bits - (exponent << FRACTION_BITS)).view(np.float64)
    nearest = np.rint(mantissa * 128)
    rest = (mantissa - nearest / 128) / (nearest / 128)
    high = exponent * _LN2_HIGH + _LOGS[nearest.astype(np.int64)]
    low = exponent * _LN2_LOW + rest * rest * polynomial(rest, _LOG_TERMS)
    return high + (rest + low)


def power(x: np.ndarray, exponent: float) -> np.ndarray:
    """Numbers above zero to some power."""
    return exp(exponent * log(x))


@_in_blocks
def cosine_of_turns(x: np.ndarray) -> np.ndarray:
    """Cosine of x full turns: 0.25 is a right angle."""
    quarter = 2 * np.pi * (0.25 - np.abs(x - np.rint(x)))
    return quarter * polynomial(quarter * quarter, _SINE_TERMS)


def logit(share: np.ndarray | float) -> np.ndarray:
    """Logarithm of the odds of a share."""
    return log(np.asarray(share) / (1 - np.asarray(share)))


def expit(x: np.ndarray) -> np.ndarray:
    """Share with these log odds."""
    return 1 / (1 + exp(-x))


# Hart (1968), algorithm 5666, as printed by West (2005), Better approximations to cumulative
# normal functions
_CDF_ABOVE = [
    3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383,
    112.079291497871, 221.213596169931, 220.206867912376,
]  # fmt: skip
_CDF_BELOW = [
    8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461,
    296.564248779674, 637.333633378831, 793.826512519948, 440.413735824752,
]  # fmt: skip


@_in_blocks
def normal_cdf(x: np.ndarray) -> np.ndarray:
    """Probability that a standard normal value is below x."""
    size = np.minimum(np.abs(x), 37.0)
    near = np.minimum(size, 7.1)
    ratio = polynomial(near, _CDF_ABOVE) / polynomial(near, _CDF_BELOW)
    if (size > near).any():
        fraction = size + 0.65
        for k in (4, 3, 2, 1):
            fraction = size + k / fraction
        ratio = np.where(size > near, 1 / (fraction * ROOT_TWO_PI), ratio)
    tail = exp(-size * size / 2) * ratio
    return np.where(x > 0, 1 - tail, tail)


# Wichura (1988), algorithm AS 241, PPND16: (numerator, denominator) near the middle and in the
# nearer and farther tails
_QUANTILE_MIDDLE = (
    [2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
     13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608],
    [5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
     5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0],
)  # fmt: skip
_QUANTILE_TAIL = (
    [7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177,
     1.27045825245236838258, 3.64784832476320460504, 5.7694972214606914055,
     4.6303378461565452959, 1.42343711074968357734],
    [1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966,
     0.14810397642748007459, 0.68976733498510000455, 1.6763848301838038494,
     2.05319162663775882187, 1.0],
)  # fmt: skip
_QUANTILE_FAR = (
    [2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386,
     0.026532189526576123093, 0.29656057182850489123, 1.7848265399172913358,
     5.4637849111641143699, 6.6579046435011037772],
    [2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5,
     7.868691311456132591e-4, 0.0148753612908506148525, 0.13692988092273580531,
     0.59983220655588793769, 1.0],
)  # fmt: skip


@_in_blocks
def normal_quantile(share: np.ndarray) -> np.ndarray:
    """Return the value below which a standard normal value lies with this probability."""
    centred = share - 0.5
    above, below = _QUANTILE_MIDDLE
    inner = 0.180625 - centred * centred
    value = centred * polynomial(inner, above) / polynomial(inner, below)
    outer = np.flatnonzero(inner < 0)
    if len(outer):
        tail = share[outer]
        root = np.sqrt(-log(np.minimum(tail, 1 - tail)))
        (above, below), (far_above, far_below) = _QUANTILE_TAIL, _QUANTILE_FAR
        size = polynomial(root - 1.6, above) / polynomial(root - 1.6, below)
        far = polynomial(root - 5, far_above) / polynomial(root - 5, far_below)
        size = np.where(root > 5, far, size)
        value[outer] = np.where(tail < 0.5, -size, size)
    return value


def total(values: np.ndarray, axis: int = -1) -> np.ndarray:
    """Sum along an axis, from the first value to the last."""
    return np.cumsum(values, axis=axis, dtype=np.float64).take(-1, axis=axis)


def mean(values: np.ndarray, axis: int = -1) -> np.ndarray:
    """Average along an axis."""
    return total(values, axis) / np.shape(values)[axis]


def spread(values: np.ndarray, axis: int = -1) -> np.ndarray:
    """Return the standard deviation along an axis."""
    centred = values - np.expand_dims(mean(values, axis), axis)
    return np.sqrt(mean(centred * centred, axis))


def dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Sum products of the rows of two (n, k); (n,)."""
    out = a[:, 0] * b[:, 0]
    for k in range(1, a.shape[1]):
        out += a[:, k] * b[:, k]
    return out


def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Matrix product for a short inner side: (..., n, k) and (k, m) give (..., n, m)."""
    out = a[..., 0, None] * b[0]
    for k in range(1, len(b)):
        out += a[..., k, None] * b[k]
    return out


def gram(a: np.ndarray) -> np.ndarray:
    """Sum products of the columns of (n, k), n above zero, as a matrix (k, k)."""
    return np.array([[total(one * other) for other in a.T] for one in a.T])


def interpolate(x: np.ndarray, xs: np.ndarray | list, ys: np.ndarray | list) -> np.ndarray:
    """Values at x of the line through points with ascending xs."""
    xs, ys = np.asarray(xs, dtype=np.float64), np.asarray(ys, dtype=np.float64)
    left = np.clip(np.searchsorted(xs, x, side="right") - 1, 0, len(xs) - 2)
    share = np.clip((x - xs[left]) / (xs[left + 1] - xs[left]), 0.0, 1.0)
    return ys[left] + share * (ys[left + 1] - ys[left])


def cholesky(matrix: np.ndarray) -> np.ndarray:
    """Lower factors L of positive matrices L L', for a stack of small ones (..., k, k)."""
    k = matrix.shape[-1]
    factor = np.zeros(matrix.shape)
    for column in range(k):
        for row in range(column, k):
            value = matrix[..., row, column].copy()
            for before in range(column):
                value -= factor[..., row, before] * factor[..., column, before]
            if row == column:
                factor[..., row, row] = np.sqrt(value)
            else:
                factor[..., row, column] = value / factor[..., column, column]
    return factor


def solve(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Solve matrix x = right for a stack of small positive matrices; right and x are (..., k)."""
    factor, x = cholesky(matrix), right.copy()
    k = right.shape[-1]
    for row in range(k):
        for before in range(row):
            x[..., row] -= factor[..., row, before] * x[..., before]
        x[..., row] /= factor[..., row, row]
    for row in reversed(range(k)):
        for after in range(row + 1, k):
            x[..., row] -= factor[..., after, row] * x[..., after]
        x[..., row] /= factor[..., row, row]
    return x
