"""The statistics of an experiment; the standard ones are scipy's."""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats

ALPHA = 0.05
POWER = 0.8


@dataclass(frozen=True)
class Effect:
    """A difference of means with its 95 % interval and p value."""

    difference: float
    ci_low: float
    ci_high: float
    p_value: float


def welch(treated: np.ndarray, control: np.ndarray) -> Effect:
    """Difference of the means of two groups of users, float64 (n,) each, by Welch's t test."""
    found = stats.ttest_ind(treated, control, equal_var=False)
    interval = found.confidence_interval(1 - ALPHA)
    difference = float(treated.mean() - control.mean())
    return _effect(difference, interval, found.pvalue)


def paired(first: np.ndarray, second: np.ndarray) -> Effect:
    """Mean difference of two values of the same users, by the paired t test."""
    found = stats.ttest_rel(first, second)
    interval = found.confidence_interval(1 - ALPHA)
    difference = float((first - second).mean())
    return _effect(difference, interval, found.pvalue)


def _effect(difference: float, interval: object, p_value: float) -> Effect:
    """Lay a test out; where all values are the same, nothing speaks against equality."""
    p_value = 1.0 if np.isnan(p_value) and difference == 0 else float(p_value)
    return Effect(difference, float(interval.low), float(interval.high), p_value)


def cuped(values: np.ndarray, before: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Take off what was known before (Deng et al., WSDM 2013), float64 (n,).

    Parameters
    ----------
    values, before : float64 (n,)
        The metric, and the covariate of the same users.
    groups : int (n,)
        The arms: theta is the slope within them, so that the effect is not taken off.
    """
    inside_values, inside_before = values.astype(float), before.astype(float)
    for group in np.unique(groups):
        mine = groups == group
        inside_values = np.where(mine, inside_values - values[mine].mean(), inside_values)
        inside_before = np.where(mine, inside_before - before[mine].mean(), inside_before)
    square = (inside_before**2).sum()
    theta = (inside_values * inside_before).sum() / square if square > 0 else 0.0
    return values - theta * (before - before.mean())


def sample_ratio(counts: np.ndarray, shares: np.ndarray) -> float:
    """P value of the chi-square test that arms have the users they should have."""
    return float(stats.chisquare(counts, shares * counts.sum()).pvalue)


def detectable(spread: float, treated: int, control: int) -> float:
    """Smallest true difference that is found with `POWER`, before anything is seen."""
    z = stats.norm.ppf(1 - ALPHA / 2) + stats.norm.ppf(POWER)
    return float(z * spread * np.sqrt(1 / treated + 1 / control))


def users_needed(difference: float, spread: float, per_user: float) -> float:
    """Users in all to find `difference` with `POWER`.

    Parameters
    ----------
    spread : float
        Standard deviation of a user's value.
    per_user : float
        Variance of the estimate times the number of users, in squares of `spread`: 4 for two
        arms of equal size, 1 where every user sees both policies.
    """
    if difference == 0:
        return float("inf")
    z = stats.norm.ppf(1 - ALPHA / 2) + stats.norm.ppf(POWER)
    return float(per_user * (z * spread / difference) ** 2)


def boundaries(fractions: np.ndarray, alpha: float = ALPHA) -> np.ndarray:
    """Bounds of |z| at looks that together keep the error rate, float64 (n,).

    The spending function of Lan and DeMets (Biometrika 1983) that is like O'Brien and Fleming:
    4 - 4 Phi(z / sqrt(t)), z the normal quantile of 1 - alpha / 4. Exact for independent
    increments, by recursion (Armitage et al., 1969); means over the same users are closer to each
    other than that, which only stops less.

    Parameters
    ----------
    fractions : float64 (n,)
        Share of all information at each look, rising to 1.
    """
    spent = 4 * stats.norm.sf(stats.norm.ppf(1 - alpha / 4) / np.sqrt(fractions))
    bounds, density, before, last = [], (np.zeros(1), np.ones(1)), 0.0, 0.0
    for fraction, total in zip(fractions, spent, strict=True):
        step = np.sqrt(fraction - last)
        wanted = max(total - before, 1e-12)
        edge = optimize.brentq(_excess, 0.0, 12.0, args=(density, step, wanted), xtol=1e-8)
        bounds.append(edge / np.sqrt(fraction))
        density = _still_inside(density, step, edge)
        before, last = total, fraction
    return np.array(bounds)


Density = tuple[np.ndarray, np.ndarray]
"""Points of the score so far, whose increments are independent, and their probabilities."""


def _excess(edge: float, density: Density, step: float, wanted: float) -> float:
    """Chance that the next score is beyond +-edge, less what is wanted."""
    points, weights = density
    tails = stats.norm.sf((edge - points) / step) + stats.norm.sf((edge + points) / step)
    return float(weights @ tails) - wanted


def _still_inside(density: Density, step: float, edge: float) -> Density:
    """Density of the next score where it is within +-edge, by the trapezoidal rule."""
    points = np.linspace(-edge, edge, 801)
    weights = stats.norm.pdf((points[:, None] - density[0]) / step) @ density[1] / step
    weights *= points[1] - points[0]
    weights[[0, -1]] /= 2
    return points, weights


def first_crossing(z: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Look at which |z|, float64 (n_runs, n_looks), first exceeds its bound; -1 for never."""
    beyond = np.abs(z) > bounds
    return np.where(beyond.any(axis=1), beyond.argmax(axis=1), -1)


def z_of_looks(values: np.ndarray, is_treated: np.ndarray) -> np.ndarray:
    """Z of the difference of means at each look, float64 (n_looks,).

    Parameters
    ----------
    values : float64 (n_users, n_looks)
        What is known of each user at each look.
    is_treated : bool (n_users,)
    """
    treated, control = values[is_treated], values[~is_treated]
    variance = treated.var(axis=0, ddof=1) / len(treated)
    variance = variance + control.var(axis=0, ddof=1) / len(control)
    difference = treated.mean(axis=0) - control.mean(axis=0)
    return np.divide(difference, np.sqrt(variance), out=np.zeros_like(difference),
                     where=variance > 0)  # fmt: skip
