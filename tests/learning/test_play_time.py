"""The factorisation of play time: on planted signals, by hand, and on any number of threads."""

from dataclasses import replace

import numpy as np
import pytest
from reelrank.embeddings.play_time import fit_play_taste, fit_users_alone
from reelrank.embeddings.play_time.chance import fit_chance
from reelrank.embeddings.play_time.context import fit_contexts
from reelrank.embeddings.play_time.least_squares import Side, solve, sum_events
from reelrank.embeddings.play_time.log import CONTEXT_CODES, Levels, PlayLog
from reelrank.embeddings.play_time.weighing import event_weights
from reelrank.presets import PlayTimeSettings

SETTINGS = PlayTimeSettings(factors=2, sweeps=4, later_sweeps=3, outlier_spreads=1.5)
USERS, VIDEOS, EVENTS = 80, 60, 12_000


@pytest.fixture(scope="module")
def planted():
    """A log with a taste of one dimension, users of two spreads, and one event in ten a skip."""
    rng = np.random.default_rng(3)
    users = np.sort(rng.integers(0, USERS, EVENTS)).astype(np.int32)
    videos = rng.integers(0, VIDEOS, EVENTS).astype(np.int32)
    taste = np.outer(rng.normal(0, 1, USERS), rng.normal(0, 1, VIDEOS)) * 0.3
    level = rng.normal(9, 0.2, USERS)
    spread = np.where(np.arange(USERS) % 2, 0.2, 0.8)
    play = level[users] + taste[users, videos] + spread[users] * rng.normal(0, 1, EVENTS)
    play[rng.random(EVENTS) < 0.1] = np.log(300)
    log = PlayLog(
        user_ids=np.arange(USERS, dtype=np.int32),
        video_ids=np.arange(VIDEOS, dtype=np.int32),
        is_dense_user=np.zeros(USERS, bool),
        groups=(np.arange(VIDEOS, dtype=np.int32) % 5,),
        users=users,
        videos=videos,
        log_play=play.astype(np.float32),
        log_long_view=np.full(EVENTS, 9.3, np.float32),
        contexts={name: np.zeros(EVENTS, np.uint8) for name in CONTEXT_CODES},
        day=np.arange(EVENTS, dtype=np.int32) % 7,
        unix_ms=np.arange(EVENTS, dtype=np.int64),
    )
    return log, Levels(level, spread, np.zeros(VIDEOS)), taste


def fit(log, levels, **changes):
    return fit_play_taste(log, levels, SETTINGS, **{"seed": 1, "threads": 1} | changes)


def test_a_planted_taste_is_found_through_skips(planted):
    log, levels, taste = planted
    found = fit(log, levels)
    product = found.users.vectors @ found.videos.vectors.T
    tight = np.arange(USERS) % 2 == 1
    assert np.corrcoef(product[tight].ravel(), taste[tight].ravel())[0, 1] > 0.9
    assert np.abs(product[tight] - taste[tight]).mean() < 0.1


def test_without_a_taste_the_vectors_shrink_to_little(planted):
    log, levels, _ = planted
    rng = np.random.default_rng(5)
    noise = levels.level[log.users] + levels.spread[log.users] * rng.normal(0, 1, EVENTS)
    found = fit(replace(log, log_play=noise.astype(np.float32)), levels)
    assert (found.users.vectors @ found.videos.vectors.T).std() < 0.1


def test_every_number_of_threads_gives_the_same_bits(planted):
    log, levels, _ = planted
    one, two = (fit(log, levels, threads=threads) for threads in (1, 2))
    np.testing.assert_array_equal(one.users.means, two.users.means)
    np.testing.assert_array_equal(one.videos.means, two.videos.means)
    assert one.chance == two.chance


def test_a_later_fit_starts_from_the_one_before(planted):
    log, levels, taste = planted
    first = fit(log.before(EVENTS // 2), levels)
    sweeps = []
    found = fit(log, levels, earlier=first, on_sweep=sweeps.append)
    assert len(sweeps) == 2 * SETTINGS.later_sweeps
    product = found.users.vectors @ found.videos.vectors.T
    assert np.corrcoef(product[1::2].ravel(), taste[1::2].ravel())[0, 1] > 0.85


def test_a_video_and_a_user_without_events_get_what_is_expected_of_their_kind(planted):
    log, levels, _ = planted
    kept = (log.users > 0) & (log.videos > 0)
    part = replace(
        log,
        **{
            name: getattr(log, name)[kept]
            for name in ("users", "videos", "log_play", "log_long_view", "day", "unix_ms")
        },
        contexts={name: codes[kept] for name, codes in log.contexts.items()},
    )
    found = fit(part, levels)
    np.testing.assert_array_equal(found.users.vectors[0], np.zeros(SETTINGS.factors))
    assert np.isfinite(found.videos.means[0]).all()


def test_known_videos_make_the_taste_of_users_easier_to_learn(planted):
    log, levels, taste = planted
    values, vectors = np.linalg.svd(taste)[1:]
    videos = np.stack([np.zeros(VIDEOS), vectors[0] * np.sqrt(values[0])], axis=1)
    bound = fit_users_alone(log, levels, SETTINGS, videos, threads=1)
    found = fit(log, levels)
    errors = [
        np.abs(fitted.users.vectors @ fitted.videos.vectors.T - taste).mean()
        for fitted in (bound, found)
    ]
    assert errors[0] < errors[1]


def test_normal_equations_by_hand():
    """User 0 watched video 0 (weight 2, residual 1) and 1 (weight 1, residual 4)."""
    side = Side.of(np.array([0, 0]), np.array([0, 1], np.int32), (2, 2), threads=1)
    others = np.array([[0.5, 3.0], [0.0, -1.0]])  # bias, vector
    weights = np.array([2.0, 1.0])
    sums = sum_events(side, weights, weights * np.array([1.0, 4.0]), others)
    np.testing.assert_allclose(sums.precision[0], [[3, 5], [5, 19]])
    np.testing.assert_allclose(sums.pull[0], [5, -1])  # 2 * .5 + 4 and 2 * .5 * 3 - 4
    found = solve(sums, np.zeros((2, 2)), np.eye(2), side.is_known)
    np.testing.assert_allclose(found.means[0], np.linalg.solve([[4, 5], [5, 20]], [5, -1]))
    np.testing.assert_allclose(found.means[1], [0, 0])
    np.testing.assert_allclose(found.covariances[1], np.eye(2))


def test_the_order_of_events_on_the_other_side_moves_no_sum():
    rows, columns = np.array([2, 0, 2, 1]), np.array([0, 1, 1, 0], np.int32)
    side = Side.of(rows, columns, (3, 2), threads=2)
    values = side.arranged(np.array([1.0, 2.0, 3.0, 4.0]))
    np.testing.assert_allclose(side.product(values, np.array([[1.0], [10.0]])), [[20], [4], [31]])


def test_weights_fall_with_distance_and_claim_the_precision_that_estimates_have():
    near, far = event_weights(np.array([0.0, 3.0]), 1.5)[0]
    assert far == pytest.approx(near / 17)
    samples = np.random.default_rng(1).normal(0, 1, (400, 500))
    middles = np.zeros((400, 1))
    for _ in range(20):
        weights, _ = event_weights(samples - middles, 1.5)
        middles = (weights * samples).sum(axis=1, keepdims=True) / weights.sum(1, keepdims=True)
    claimed = event_weights(samples, 1.5)[0].sum() / 400
    assert 1 / np.var(middles) == pytest.approx(claimed, rel=0.2)


def test_contexts_are_means_that_cancel_out_over_the_events(planted):
    log, _, _ = planted
    hours = (np.arange(EVENTS) % 2).astype(np.uint8)
    log = replace(log, contexts=log.contexts | {"hour": hours})
    found = fit_contexts(log, np.where(hours, 0.3, -0.1), np.ones(EVENTS))
    np.testing.assert_allclose(found["hour"][:2], [-0.2, 0.2], atol=1e-3)
    np.testing.assert_allclose(found["hour"][2:], 0, atol=1e-9)


def test_the_chance_is_the_share_of_long_views_at_a_margin(planted):
    log, _, _ = planted
    rng = np.random.default_rng(2)
    margins = rng.normal(0, 2, EVENTS)
    is_long = rng.random(EVENTS) < 1 / (1 + np.exp(1 - 1.5 * margins))
    log = replace(log, log_play=np.where(is_long, 10, 9).astype(np.float32))
    assert fit_chance(log, margins) == pytest.approx((-1, 1.5), abs=0.15)
