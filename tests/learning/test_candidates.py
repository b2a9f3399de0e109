from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from reelrank.candidates import (
    TrainLog,
    als,
    blend,
    fit_sources,
    popularity,
    propose,
    read_popularity,
    read_train_log,
)
from reelrank.candidates.scoring import UNKNOWN, best
from reelrank.candidates.train_log import read_train_logs
from reelrank.presets import AlsSettings

SOURCES = ("als", "item_based", "most_viewed", "best_received", "blend")
ALS = AlsSettings("long_view_count", 1.0, 10.0, 2.0, 1.0, 4, 1.0, 3)


def little_log():
    """Users 10, 20, 30; videos 1, 2, 3, 4; user 30 and video 4 without watches."""
    return TrainLog(
        user_ids=np.array([10, 20, 30], np.int32),
        video_ids=np.array([1, 2, 3, 4], np.int32),
        users=np.array([0, 0, 1], np.int32),
        videos=np.array([0, 1, 1], np.int32),
        weights={
            "watch_count": np.array([1, 2, 1], np.float32),
            "watch_ratio_sum": np.array([0.5, 3, 1], np.float32),
            "clipped_watch_ratio_sum": np.array([0.5, 3, 1], np.float32),
            "long_view_count": np.array([0, 2, 1], np.float32),
        },
    )


def test_confidence_saturates_and_dislike_is_negative():
    # 1 + 10 * 2 / (1 + 2 / 2) = 11; 1 + 10 * 1 / (1 + 1 / 2) = 7.667; never long: -2
    dense = als.confidences(little_log(), replace(ALS, unliked_confidence=2.0)).toarray()
    expected = [[-2, 11, 0, 0], [0, 1 + 10 / 1.5, 0, 0], [0, 0, 0, 0]]
    np.testing.assert_allclose(dense, expected, rtol=1e-6)


def test_a_dislike_of_confidence_1_is_left_out_as_it_changes_no_vector(con):
    log = read_train_log(con)
    with_all = als.confidences(log, replace(ALS, unliked_confidence=1 + 1e-7))
    assert als.confidences(log, ALS).nnz < with_all.nnz
    without, all_told = (
        als.fit_factors(log, replace(ALS, unliked_confidence=confidence), seed=1, threads=1)
        for confidence in (1.0, 1 + 1e-7)
    )
    np.testing.assert_array_equal(without.knows_user, all_told.knows_user)
    np.testing.assert_allclose(without.users, all_told.users, atol=1e-6)
    np.testing.assert_allclose(without.videos, all_told.videos, atol=1e-6)


def test_of_a_log_without_a_long_view_als_says_nothing():
    log = little_log()
    log.weights["long_view_count"][:] = 0
    first = als.fit_factors(log, ALS, seed=1, threads=2)
    later = als.fit_factors(log, ALS, seed=1, threads=2, earlier=first)
    for found in (first, later):
        assert not found.users.any()
        assert not found.videos.any()
        np.testing.assert_array_equal(found.knows_user, [True, True, False])


def test_without_dislike_pairs_never_viewed_long_are_left_out():
    plain = AlsSettings("long_view_count", 0.0, 1.0, 0.0, 0.0, 4, 1.0, 3)
    matrix = als.confidences(little_log(), plain)
    assert matrix.nnz == 2
    np.testing.assert_allclose(matrix.toarray()[:2, 1], [2, 1])


def test_the_reference_confidence_is_the_plain_sum():
    plain = AlsSettings("watch_ratio_sum", 0.0, 1.0, 0.0, 0.0, 4, 1.0, 3)
    np.testing.assert_allclose(als.confidences(little_log(), plain).data, [0.5, 3, 1])


def test_popular_orders_are_those_of_the_boundary(con):
    log = read_train_log(con)
    found = read_popularity(con, log)
    views = np.bincount(log.videos, log.weights["watch_count"], len(log.video_ids))
    likes = np.bincount(log.videos, log.weights["long_view_count"], len(log.video_ids))
    np.testing.assert_array_equal(found["most_viewed"], views)
    # the little warehouse shrinks toward a share of 0.2
    np.testing.assert_allclose(found["best_received"], (likes + 4) / (views + 20), rtol=1e-6)


def test_blend_adds_reciprocal_ranks():
    first = popularity.scorer(np.array([3, 2, UNKNOWN], np.float32))
    second = popularity.scorer(np.array([1, 9, UNKNOWN], np.float32))
    scores = blend.scorer([first, second])(np.array([0]))
    np.testing.assert_allclose(scores[0, :2], [1 / 61 + 1 / 62] * 2, rtol=1e-6)
    assert scores[0, 2] == UNKNOWN


def test_lists_leave_out_the_watched_and_fill_from_the_fallback():
    log = little_log()
    scores = np.array([1, 5, 3, UNKNOWN], np.float32)
    found = propose(
        log,
        np.array([0, 2]),
        4,
        "als",
        popularity.scorer(scores),
        fallback="best_received",
        fallback_order=np.array([1, 2, 3, 0]),
        blocked=log.watched(),
    )
    assert found.user_id.tolist() == [10, 10, 30, 30, 30, 30]
    assert found.video_id.tolist() == [3, 4, 2, 3, 1, 4]
    assert found.rank.tolist() == [1, 2, 1, 2, 3, 4]
    sources = found.to_arrow().column("source").to_pylist()
    assert sources == ["als", "best_received", "als", "als", "als", "best_received"]
    assert all(np.diff(found.score[2:]) < 0)


@settings(max_examples=200, deadline=None)
@given(
    scores=hnp.arrays(
        np.float32,
        hnp.array_shapes(min_dims=2, max_dims=2, max_side=12),
        elements=st.sampled_from([-np.inf, -1, 0, 0.5, 1, 2]),
    ),
    count=st.integers(1, 15),
)
def test_best_is_a_stable_sort_cut_off(scores, count):
    positions, values = best(scores, count)
    for row, chosen, got in zip(scores, positions, values, strict=True):
        known = [place for place in range(len(row)) if np.isfinite(row[place])]
        expected = sorted(known, key=lambda place: -row[place])[:count]
        assert sorted(row[chosen[chosen >= 0]], reverse=True) == [row[p] for p in expected]
        assert (chosen >= 0).sum() == len(expected)
        assert list(got[: len(expected)]) == [row[place] for place in expected]


@pytest.mark.parametrize("name", SOURCES)
def test_every_user_gets_a_full_list_without_watched_videos(con, name):
    log = read_train_log(con)
    factors = als.fit_factors(log, ALS, seed=1, threads=2)
    orders = read_popularity(con, log)
    scorer = fit_sources([name], log, factors, orders, neighbours=10, threads=2)[name]
    watched = log.watched()
    found = propose(
        log,
        np.arange(len(log.user_ids)),
        10,
        name,
        scorer,
        fallback="best_received",
        fallback_order=np.argsort(-orders["best_received"]),
        blocked=watched,
    )
    assert len(log.user_ids) == 60  # user 59 watched nothing
    assert 79 not in found.video_id  # uploaded after the boundary
    lists = {user: found.video_id[found.user_id == user] for user in log.user_ids}
    for place, user in enumerate(log.user_ids):
        free = len(log.video_ids) - watched[place].nnz
        assert len(set(lists[user])) == len(lists[user]) == min(10, free)
        seen = log.video_ids[watched[place].indices]
        assert not set(lists[user]) & set(seen)


def test_the_catalogue_holds_unseen_videos_uploaded_before_the_boundary(con):
    log = read_train_log(con)
    assert 78 in log.video_ids
    assert 79 not in log.video_ids


def test_als_sees_nothing_of_the_holdout(con):
    log = read_train_log(con)
    pairs = set(zip(log.user_ids[log.users], log.video_ids[log.videos], strict=True))
    rows = con.execute(
        "select user_id, video_id, count(*) from training.interactions where split = 'train'"
        " group by all"
    ).fetchall()
    assert pairs == {(user, video) for user, video, _ in rows}
    assert log.weights["watch_count"].sum() == 3200


def test_the_log_before_an_instant_is_counted_as_the_whole_log_is(con):
    whole = read_train_log(con)
    end = con.execute("select max(event_unix_ms) + 1 from training.interactions").fetchone()[0]
    [part] = read_train_logs(con, [end])
    for name, values in whole.weights.items():
        np.testing.assert_allclose(
            part.matrix(part.weights[name]).toarray(), whole.matrix(values).toarray(), atol=1e-4
        )


def test_als_is_bitwise_the_same_on_one_and_two_threads(con):
    log = read_train_log(con)
    one = als.fit_factors(log, ALS, seed=1, threads=1)
    two = als.fit_factors(log, ALS, seed=1, threads=2)
    other = als.fit_factors(log, ALS, seed=2, threads=1)
    np.testing.assert_array_equal(one.users, two.users)
    np.testing.assert_array_equal(one.videos, two.videos)
    assert (one.users != other.users).any()
