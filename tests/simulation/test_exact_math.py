"""Own functions against those of scipy, own draws against their known moments."""

import numpy as np
import pytest
from reelrank import exact_math
from scipy import special, stats
from simulated_kuairec import draws

RNG = np.random.default_rng(5)
SHARES = np.concatenate([RNG.random(20_000), np.exp(-RNG.uniform(1, 36, 5_000))])
CASES = [
    (exact_math.exp, np.exp, RNG.uniform(-700, 700, 50_000), 1e-15),
    (exact_math.log, np.log, np.exp(RNG.uniform(-700, 700, 50_000)), 1e-15),
    (exact_math.log, np.log, 1 + RNG.uniform(-0.2, 0.2, 50_000), 1e-15),
    (exact_math.expit, special.expit, RNG.uniform(-30, 30, 50_000), 1e-15),
    (exact_math.logit, special.logit, SHARES, 4e-15),
    (exact_math.normal_cdf, special.ndtr, RNG.uniform(-7, 7, 50_000), 2e-14),
    (exact_math.normal_cdf, special.ndtr, RNG.uniform(-37, 37, 50_000), 1e-8),
    (exact_math.normal_quantile, special.ndtri, SHARES, 4e-15),
]


@pytest.mark.parametrize(("own", "other", "x", "error"), CASES)
def test_functions_agree_with_scipy(own, other, x, error):
    assert own(x) == pytest.approx(other(x), rel=error, abs=3e-16)
    assert own(x.reshape(-1, 10)).shape == (len(x) // 10, 10)
    assert float(own(x[0])) == own(x[:1])[0]


def test_exact_values_are_exact():
    assert exact_math.exp(0.0) == 1
    assert exact_math.log(1.0) == 0
    assert list(exact_math.exp(np.array([-1e9, 1e9])) > 0) == [True, True]
    turns = np.array([0.0, 0.25, 0.5, -0.75, 3.125])
    assert exact_math.cosine_of_turns(turns) == pytest.approx(np.cos(2 * np.pi * turns), abs=1e-15)


def test_small_matrices_are_those_of_linear_algebra():
    a = RNG.normal(size=(4, 5, 3))
    positive, right = np.array([exact_math.gram(one) for one in a]), RNG.normal(size=(4, 3))
    assert positive == pytest.approx(np.array([one.T @ one for one in a]))
    assert exact_math.cholesky(positive) == pytest.approx(np.linalg.cholesky(positive))
    solved = np.linalg.solve(positive, right[:, :, None])[:, :, 0]
    assert exact_math.solve(positive, right) == pytest.approx(solved)
    assert exact_math.product(a, right.T) == pytest.approx(a @ right.T)
    assert exact_math.dot(a[0], a[1]) == pytest.approx((a[0] * a[1]).sum(axis=1))


def test_sums_run_from_the_first_value_to_the_last():
    values = RNG.normal(size=1_000) * 10.0 ** RNG.integers(-8, 8, 1_000)
    one_by_one = 0.0
    for value in values:
        one_by_one += value
    assert exact_math.total(values) == one_by_one
    assert exact_math.spread(values[:, None], 0)[0] == pytest.approx(values.std())


def test_lines_are_interpolated_and_flat_outside():
    x, xs, ys = np.array([-1.0, 0.0, 0.5, 3.0, 9.0]), [0, 1, 5], [2.0, 4.0, 0.0]
    assert exact_math.interpolate(x, xs, ys) == pytest.approx(np.interp(x, xs, ys))


@pytest.mark.parametrize(
    ("count", "share"), [(3, 0.9), (40, 0.1), (90, 0.3), (900, 0.02), (10**6, 0.4), (0, 0.3)]
)
def test_counts_have_the_moments_of_the_binomial(count, share):
    n = 200_000
    found = draws.binomial(np.random.default_rng(1), np.full(n, count), share)
    known = stats.binom(count, share)
    assert found.min() >= 0
    assert found.max() <= count
    assert found.mean() == pytest.approx(known.mean(), abs=5 * known.std() / np.sqrt(n))
    assert found.var() == pytest.approx(known.var(), rel=0.02, abs=1e-9)


@pytest.mark.parametrize(
    ("draw", "known"),
    [
        (draws.normal, stats.norm()),
        (draws.exponential, stats.expon()),
        (lambda rng, n: draws.gamma(rng, 1.2, n), stats.gamma(1.2)),
        (lambda rng, n: draws.gamma(rng, 2.5, n), stats.gamma(2.5)),
        (lambda rng, n: draws.pareto(rng, 1.6, n), stats.pareto(1.6)),
        (lambda rng, n: draws.uniform(rng, -2, 5, n), stats.uniform(-2, 7)),
    ],
)
def test_draws_follow_their_distribution(draw, known):
    found = draw(np.random.default_rng(3), 50_000)
    assert stats.kstest(found, known.cdf).pvalue > 1e-3
