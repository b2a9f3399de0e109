"""XAUC: against brute force over all pairs."""

import numpy as np
import pytest
from reelrank.evaluation.judging import evaluate
from reelrank.evaluation.xauc import drawn_pairs, share_in_order
from worlds import World, build, value


def brute_force(predicted, observed):
    """Share of pairs in order, pair by pair; NaN where all were watched equally long."""
    right = [
        0.5 if predicted[i] == predicted[j]
        else float((predicted[i] > predicted[j]) == (observed[i] > observed[j]))
        for i in range(len(observed)) for j in range(i) if observed[i] != observed[j]
    ]  # fmt: skip
    return np.mean(right) if right else np.nan


def test_every_user_is_judged_by_all_pairs_as_brute_force_does():
    rng = np.random.default_rng(4)
    lengths = np.array([1, 2, 7, 40, 3])
    predicted, observed = (rng.integers(0, 9, lengths.sum()).astype(float) for _ in range(2))
    found = share_in_order(predicted, observed, *drawn_pairs(lengths, 1000, 1), len(lengths))
    ends = np.cumsum(lengths)
    expected = [
        brute_force(predicted[end - n : end], observed[end - n : end])
        for n, end in zip(lengths, ends, strict=True)
    ]
    np.testing.assert_allclose(found, expected)


def test_all_pairs_are_each_pair_once_and_drawn_pairs_are_within_the_list():
    one, other, lists = drawn_pairs(np.array([2, 30]), 435, 1)
    assert len({(i, j) for i, j in zip(one, other, strict=True) if i > j}) == 1 + 30 * 29 // 2
    one, other, lists = drawn_pairs(np.array([5, 100_000]), 2000, 1)
    long = lists == 1
    assert long.sum() == 2000
    assert (one[long] > other[long]).all()
    assert other[long].min() >= 5
    assert one[long].max() < 100_005
    # uniform over pairs: the later of two rows lies at two thirds on average
    assert (one[long] - 5).mean() == pytest.approx(66_667, rel=0.03)


def test_drawn_pairs_come_close_to_all_pairs():
    rng = np.random.default_rng(2)
    observed = rng.gamma(1.0, 10.0, 600)
    predicted = observed * rng.gamma(2.0, 0.5, 600)
    lengths = np.array([600])
    drawn = share_in_order(predicted, observed, *drawn_pairs(lengths, 50_000, 3), 1)[0]
    assert drawn == pytest.approx(brute_force(predicted, observed), abs=0.01)


def test_play_time_in_seconds_and_its_order_by_hand():
    # user 1: watched 4, 8 and 16 s of videos of 8 s, predicted 8, 4 and 24 s; user 2 one event
    con = build(World(
        train=[(9, 10, 0.5)],
        predictions=[("dense", 1, 10, 0.5, 1.0), ("dense", 1, 11, 1.0, 0.5),
                     ("dense", 1, 12, 2.0, 3.0), ("dense", 2, 10, 1.0, 2.0)],
    ))  # fmt: skip
    evaluate(con, "run", seed=1, resamples=10)
    question = {"protocol": "dense", "relevance": "none"}
    assert value(con, "mae_seconds", None, **question) == pytest.approx((4 + 4 + 8 + 8) / 4)
    assert value(con, "gxauc", None, **question) == pytest.approx(2 / 3)
    # over all: (4, 8), (4, 16), (8, 16) of user 1, and 8 s predicted 16 against 4 and 16
    assert value(con, "xauc", None, **question) == pytest.approx((0 + 1 + 1 + 1 + 1) / 5)
