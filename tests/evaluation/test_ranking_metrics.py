"""Ranking metrics: against ranx, by hand, and by their properties."""

import math

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from reelrank.evaluation.orderings import CUTOFFS
from reelrank.evaluation.ranking import METRICS, Lists, ndcg_of_rows, order_keys
from worlds import metrics

RANX_NAMES = {
    "precision": "precision",
    "recall": "recall",
    "ndcg": "ndcg",
    "map": "map",
    "mrr": "mrr",
    "hit_rate": "hit_rate",
}


def uncompiled_ranx():
    """The independent library, as plain Python: compiling it takes longer than all tests."""
    numba = pytest.importorskip("numba")
    numba.config.DISABLE_JIT = True
    return pytest.importorskip("ranx")


def random_rows(seed: int, users: int = 40, videos: int = 300) -> list[tuple]:
    """Rows with all scores different; every fifth user likes nothing."""
    rng = np.random.default_rng(seed)
    rows = []
    for user in range(users):
        length = int(rng.integers(1, videos))
        scores = rng.permutation(10 * videos)[:length] / 7.0
        liked = rng.random(length) < (0.0 if user % 5 == 0 else rng.random())
        rows += [(user, video, bool(liked[video]), float(scores[video])) for video in range(length)]
    return rows


def test_metrics_equal_those_of_ranx_at_every_cut_off():
    ranx = uncompiled_ranx()
    rows = random_rows(7)
    found = metrics(rows)
    liking = {user for user, _, liked, _ in rows if liked}
    assert {user for user, _ in found} == liking
    qrels: dict[str, dict[str, int]] = {str(user): {} for user in liking}
    run: dict[str, dict[str, float]] = {str(user): {} for user in liking}
    for user, video, liked, score in rows:
        if user in liking:
            run[str(user)][str(video)] = score
            if liked:
                qrels[str(user)][str(video)] = 1
    asked = [f"{name}@{k}" for name in RANX_NAMES.values() for k in CUTOFFS]
    theirs = ranx.evaluate(
        ranx.Qrels(qrels), ranx.Run(run), asked, return_mean=False, make_comparable=True
    )
    order = list(ranx.Run(run).keys())
    for metric in RANX_NAMES:
        for k in CUTOFFS:
            expected = dict(zip(order, theirs[f"{RANX_NAMES[metric]}@{k}"], strict=True))
            for user in liking:
                assert found[user, k][metric] == pytest.approx(expected[str(user)], abs=1e-6)


def test_a_short_list_worked_by_hand():
    # ranks 1..4: hit, miss, hit, miss; one more liked video is last, rank 7; three liked
    rows = [(1, video, video in (0, 2, 6), 10.0 - video) for video in range(7)]
    at_5 = metrics(rows)[1, 5]
    assert at_5["precision"] == pytest.approx(2 / 5)
    assert at_5["recall"] == pytest.approx(2 / 3)
    ideal = 1 + 1 / math.log2(3) + 1 / 2
    assert at_5["ndcg"] == pytest.approx((1 + 1 / 2) / ideal)
    assert at_5["map"] == pytest.approx((1 / 1 + 2 / 3) / 3)
    assert at_5["mrr"] == 1
    assert at_5["hit_rate"] == 1


def test_a_list_shorter_than_k_is_divided_by_k_and_judged_against_what_there_was_to_find():
    at_10 = metrics([(1, 0, False, 2.0), (1, 1, True, 1.0)])[1, 10]
    assert at_10["precision"] == pytest.approx(1 / 10)
    assert at_10["recall"] == 1
    assert at_10["ndcg"] == pytest.approx(1 / math.log2(3))
    assert at_10["mrr"] == pytest.approx(1 / 2)


def test_a_user_who_liked_nothing_is_not_averaged_over():
    found = metrics([(1, 0, True, 1.0), (2, 0, False, 1.0)])
    assert {user for user, _ in found} == {1}


def test_a_user_whose_liked_video_is_too_deep_counts_as_zero():
    rows = [(1, video, video == 299, 1000.0 - video) for video in range(300)]
    found = metrics(rows)
    assert all(found[1, k][metric] == 0 for k in CUTOFFS for metric in METRICS)
    assert found[1, 250]["relevant_count"] == 1


def test_ties_are_broken_the_same_way_whatever_the_order_of_the_rows():
    rows = [(1, video, video % 3 == 0, 1.0) for video in range(200)]
    assert metrics(rows) == metrics(rows[::-1])


def test_over_many_tie_orders_a_constant_score_hits_as_often_as_chance():
    # 60 of 200 are liked: any place of a random order holds one with probability 0.3.
    # 200 orders x 10 places: standard error of the mean 0.3 * 0.7 / sqrt(2000) -> 0.0102
    rows = [(user, video, video < 60, 1.0) for user in range(200) for video in range(200)]
    found = metrics(rows)
    precisions = [found[user, 10]["precision"] for user in range(200)]
    assert np.mean(precisions) == pytest.approx(0.3, abs=4 * math.sqrt(0.21 / 2000))
    assert np.std(precisions) > 0.05


def test_the_order_of_ties_does_not_matter_to_an_average_over_users():
    # scores on ten levels only, as of a coarse model; 150 users, 100 videos each
    rng = np.random.default_rng(3)
    rows = [
        (user, video, bool(rng.random() < 0.1 + 0.05 * level), float(level))
        for user in range(150)
        for video, level in enumerate(rng.integers(0, 10, 100))
    ]
    means = []
    for seed in range(8):
        found = metrics(rows, seed)
        means.append(np.mean([row["ndcg"] for (_, k), row in found.items() if k == 10]))
    assert np.std(means) < 0.01
    assert max(means) - min(means) < 0.03


some_lists = st.lists(
    st.tuples(st.booleans(), st.integers(-3, 3).map(float)), min_size=1, max_size=40
).filter(lambda entries: any(liked for liked, _ in entries))


@settings(max_examples=40, deadline=None)
@given(some_lists)
def test_metrics_stay_within_bounds_and_recall_and_hits_never_fall_with_k(entries):
    rows = [(1, video, liked, score) for video, (liked, score) in enumerate(entries)]
    found = metrics(rows)
    for k in CUTOFFS:
        for metric in METRICS:
            assert 0 <= found[1, k][metric] <= 1
    for metric in ("recall", "hit_rate", "map", "mrr"):
        values = [found[1, k][metric] for k in CUTOFFS]
        assert values == sorted(values)
    assert found[1, 250]["recall"] == 1


@settings(max_examples=25, deadline=None)
@given(some_lists, st.randoms(use_true_random=False))
def test_metrics_do_not_depend_on_the_order_in_which_rows_are_stored(entries, random):
    rows = [(1, video, liked, score) for video, (liked, score) in enumerate(entries)]
    shuffled = random.sample(rows, len(rows))
    assert metrics(rows) == metrics(shuffled)


@settings(max_examples=25, deadline=None)
@given(some_lists)
def test_an_ideal_order_has_ndcg_mrr_and_hit_rate_of_one(entries):
    rows = [(1, video, liked, float(liked)) for video, (liked, _) in enumerate(entries)]
    found = metrics(rows)
    for k in CUTOFFS:
        assert found[1, k]["ndcg"] == pytest.approx(1, abs=1e-6)
        assert found[1, k]["mrr"] == 1
        assert found[1, k]["hit_rate"] == 1
    assert found[1, 250]["map"] == pytest.approx(1, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(some_lists, st.integers(-5, 5), st.sampled_from([0.5, 2.0, 10.0]))
def test_only_the_order_of_the_scores_counts(entries, shift, stretch):
    rows = [(1, video, liked, score) for video, (liked, score) in enumerate(entries)]
    moved = [(u, v, liked, stretch * score + shift) for u, v, liked, score in rows]
    assert metrics(rows) == metrics(moved)


scores_of_any_kind = st.lists(
    st.floats(allow_nan=True, allow_infinity=True, width=32), min_size=1, max_size=60
)


@settings(max_examples=60, deadline=None)
@given(scores_of_any_kind, st.sampled_from([np.float32, np.float64]), st.integers(1, 5))
def test_rows_are_ordered_exactly_best_first_unknown_last_ties_in_their_order(scores, kind, count):
    scores = np.array(scores, kind)
    numbers = np.sort(np.arange(len(scores)) % count)
    found = Lists.of(numbers, count).order(order_keys(scores))
    expected = sorted(
        range(len(scores)),
        key=lambda row: (numbers[row], math.isnan(scores[row]), -np.nan_to_num(scores[row], nan=0,
                         posinf=math.inf, neginf=-math.inf), row),
    )  # fmt: skip
    assert found.tolist() == expected


def test_a_list_of_a_hundred_thousand_rows_is_ordered_beside_short_ones():
    rng = np.random.default_rng(1)
    lengths = [3, 100_000, 1, 0, 5]
    scores = rng.integers(0, 1000, sum(lengths)).astype(np.float32)
    lists = Lists(np.concatenate([[0], np.cumsum(lengths)]))
    found = lists.order(order_keys(scores))
    expected = np.lexsort((np.arange(len(scores)), -scores, lists.numbers))
    assert np.array_equal(found, expected)
    first = lists.first(found, 4)
    assert first[1].tolist() == expected[3:7].tolist()
    assert (first[3] == -1).all()
    assert (first[2][1:] == -1).all()


def test_ndcg_of_rows_in_any_order_by_hand():
    # list 0: hit at rank 2 of two rows; list 1: nothing relevant; list 2: the only row is a hit
    lists, scores = np.array([2, 0, 1, 0]), np.array([0.1, 0.9, 0.5, 0.2])
    found = ndcg_of_rows(lists, scores, np.array([True, False, False, True]), 10)
    assert found[[0, 2]] == pytest.approx([1 / math.log2(3), 1])
    assert np.isnan(found[1])
