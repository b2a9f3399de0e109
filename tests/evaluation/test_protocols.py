"""What each protocol counts, worked by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
from reelrank.evaluation.catalogue import ordered_lists, random_lists, read_catalogue
from reelrank.evaluation.judging import evaluate
from reelrank.evaluation.orderings import RULES
from worlds import World, build, random_world, value

LOG3, LOG5 = math.log2(3), math.log2(5)


@pytest.fixture(scope="module")
def repeats():
    """User 1 meets video 10 twice: below its end first, looped the second time."""
    con = build(World(
        train=[(9, 10, 0.5), (9, 11, 0.7)],
        predictions=[
            ("holdout", 1, 10, 0.5, 0.9),
            ("holdout", 1, 11, 1.1, 0.5),
            ("holdout", 1, 12, 0.2, 0.4),
            ("holdout", 1, 10, 1.2, 0.3),
            ("holdout", 2, 10, 0.1, 0.3),
        ],
    ))  # fmt: skip
    evaluate(con, "run", seed=1, resamples=10)
    return con


def test_holdout_judges_the_first_event_of_a_pair_only(repeats):
    # user 1's rows: 10 (not liked the first time), 11 liked, 12 not: one hit at rank 2
    assert value(repeats, "precision", 5, protocol="holdout") == pytest.approx(1 / 5)
    assert value(repeats, "recall", 5, protocol="holdout") == 1
    assert value(repeats, "mrr", 5, protocol="holdout") == pytest.approx(1 / 2)
    assert value(repeats, "ndcg", 5, protocol="holdout") == pytest.approx(1 / LOG3)


def test_with_repeats_every_event_is_an_entry_but_the_ideal_counts_a_video_once(repeats):
    # rows by score: 10, 11, 12, 10; liked videos 10 and 11: hits at ranks 1, 2 and 4 of two
    with_repeats = {"protocol": "holdout_with_repeats"}
    assert value(repeats, "precision", 5, **with_repeats) == pytest.approx(3 / 5)
    assert value(repeats, "recall", 5, **with_repeats) == pytest.approx(3 / 2)
    gained = 1 + 1 / LOG3 + 1 / LOG5
    assert value(repeats, "ndcg", 5, **with_repeats) == pytest.approx(gained / (1 + 1 / LOG3))


def test_the_user_who_liked_nothing_is_left_out_of_the_average(repeats):
    counts = repeats.sql("select distinct user_count from run_metrics where protocol = 'holdout'"
                         " and relevance = 'watch_ratio_above_1'").fetchall()  # fmt: skip
    assert counts == [(1,)]


def test_errors_are_over_rows_each_pair_once(repeats):
    # predicted - true on the holdout: .9-.5, .5-1.1, .4-.2 for user 1; .3-.1 for user 2
    errors = {"protocol": "holdout", "relevance": "none"}
    assert value(repeats, "mae", None, **errors) == pytest.approx((0.4 + 0.6 + 0.2 + 0.2) / 4)
    squares = 0.4**2 + 0.6**2 + 0.2**2 + 0.2**2
    assert value(repeats, "rmse", None, **errors) == pytest.approx(math.sqrt(squares / 4))
    # medians per video .5 and .7; video 12 is unknown and gets the median of all views, .6
    medians = value(repeats, "mae", None, model="median_per_video", **errors)
    assert medians == pytest.approx((0.0 + 0.4 + 0.4 + 0.4) / 4)
    overall = value(repeats, "mae", None, model="global_median", **errors)
    assert overall == pytest.approx((0.1 + 0.5 + 0.4 + 0.5) / 4)


@pytest.fixture(scope="module")
def catalogue():
    """Videos 10..13 are watched in train, 20 was uploaded before the boundary, 30 after it."""
    con = build(World(
        train=[(1, 10, 2.0), (2, 10, 2.0), (3, 10, 0.1), (2, 11, 2.0), (3, 12, 0.2), (3, 13, 0.3)],
        unseen_videos=[20],
        predictions=[
            ("holdout", 1, 12, 2.0, 0.0),
            ("holdout", 1, 10, 2.0, 0.0),
            ("holdout", 1, 30, 2.0, 0.0),
            ("dense", 2, 12, 2.0, 0.1),
            ("dense", 2, 13, 0.1, 0.5),
            ("dense", 2, 20, 2.0, 0.9),
        ],
        lists=[(1, 11, 3.0), (1, 12, 2.0), (2, 12, 1.0)],
        candidates=[("als", 1, 1, 12), ("als", 1, 2, 11), ("als", 2, 1, 12)],
        factors=({2: [1.0, 0.0]}, {12: [0.9, 0.0], 13: [0.8, 0.0]}),
        tags={11: [1], 12: [1, 2], 10: [3]},
    ))  # fmt: skip
    evaluate(con, "run", seed=1, resamples=10)
    return con


E2E = {"protocol": "end_to_end"}


def test_end_to_end_looks_for_new_likes_and_counts_unreachable_ones_as_missed(catalogue):
    # user 1 liked 12 and 30 anew; 10 was watched before. The list is 11, 12
    assert value(catalogue, "recall", 5, "two_stage", **E2E) == pytest.approx(1 / 2)
    assert value(catalogue, "precision", 5, "two_stage", **E2E) == pytest.approx(1 / 5)
    assert value(catalogue, "mrr", 5, "two_stage", **E2E) == pytest.approx(1 / 2)
    ideal = 1 + 1 / LOG3
    assert value(catalogue, "ndcg", 5, "two_stage", **E2E) == pytest.approx(1 / LOG3 / ideal)
    assert value(catalogue, "mrr", 5, "als", **E2E) == 1


def test_candidate_recall_and_its_ceiling(catalogue):
    assert value(catalogue, "candidate_recall", 50, "als", **E2E) == pytest.approx(1 / 2)
    assert value(catalogue, "candidate_recall", None, "catalogue", **E2E) == pytest.approx(1 / 2)


def test_coverage_and_gini_count_every_video_of_the_catalogue(catalogue):
    # shown by two_stage: 12 twice, 11 once, and 10, 13, 20 never; five videos
    none = E2E | {"relevance": "none"}
    assert value(catalogue, "coverage", 5, "two_stage", **none) == pytest.approx(2 / 5)
    # sum of (2 i - n - 1) count over (n total), i = 4 and 5: (2 * 1 + 4 * 2) / (5 * 3)
    assert value(catalogue, "gini", 5, "two_stage", **none) == pytest.approx(10 / 15)


def test_popularity_novelty_and_tag_diversity_of_lists(catalogue):
    none = E2E | {"relevance": "none"}
    # views: 20 0, then 11, 12, 13 1 each, 10 3: percent ranks 0, 1/4, 1/4, 1/4, 1
    assert value(catalogue, "popularity_percentile", 5, "two_stage", **none) == pytest.approx(1 / 4)
    # one of three users watched 11, one 12: (1 + 1) / (3 + 1), one bit each
    assert value(catalogue, "novelty", 5, "two_stage", **none) == pytest.approx(1)
    # only user 1's list has a pair: {1} and {1, 2} share one of two tags
    assert value(catalogue, "tag_diversity", 5, "two_stage", **none) == pytest.approx(1 / 2)


def test_simple_orders_skip_what_a_user_watched(catalogue):
    # most viewed for user 1 without 10: 11, 12, 13 in some order, then 20; 12 is a hit
    assert value(catalogue, "hit_rate", 5, "most_viewed", **E2E) == 1
    assert value(catalogue, "recall", 5, "random", **E2E) == pytest.approx(1 / 2)
    # everybody watched 10, so four of the five videos are shown
    shown = value(catalogue, "coverage", 5, "random", **E2E | {"relevance": "none"})
    assert shown == pytest.approx(4 / 5)


def test_dense_end_to_end_reorders_what_stage_one_picks(catalogue):
    # ALS knows 12 and 13 (20 comes last but is among the 500): the ranker says 20, 13, 12
    dense = {"protocol": "dense_end_to_end"}
    assert value(catalogue, "mrr", 5, "two_stage", **dense) == 1
    assert value(catalogue, "mrr", 5, "ranker_over_everything", **dense) == 1
    assert value(catalogue, "ndcg", 5, "als", **dense) == pytest.approx(
        (1 + 1 / 2) / (1 + 1 / LOG3)
    )
    assert value(catalogue, "ndcg", 5, "two_stage", **dense) == pytest.approx(
        (1 + 1 / 2) / (1 + 1 / LOG3)
    )


def test_stage_one_that_leaves_a_liked_video_out_costs_recall():
    con = build(World(
        train=[(9, 10, 0.5)],
        predictions=[("dense", 1, v, 2.0 if v < 2 else 0.1, 1.0 - v / 10) for v in range(4)],
        dense_candidates=[("item_based", 1, 1, 1), ("item_based", 1, 2, 3)],
        candidates=[("item_based", 1, 1, 10)],
    ))  # fmt: skip
    evaluate(con, "run", seed=1, resamples=10, stage_one="item_based")
    dense = {"protocol": "dense_end_to_end"}
    assert value(con, "recall", 5, "two_stage", **dense) == pytest.approx(1 / 2)
    assert value(con, "recall", 5, "ranker_over_everything", **dense) == 1


def test_the_debiased_ranker_divides_by_what_a_long_view_takes():
    # long view thresholds: 1.5 below 10 s, 0.5 above. 0.9 / 1.5 = 0.6 against 0.4 / 0.5 = 0.8
    con = build(World(
        train=[(9, 10, 0.5)],
        predictions=[("dense", 1, 10, 2.0, 0.9), ("dense", 1, 11, 0.1, 0.4)],
    ))  # fmt: skip
    con.execute("update run_predictions set video_duration_ms = 20000 where video_id = 11")
    evaluate(con, "run", seed=1, resamples=10)
    long_view = {"relevance": "long_view"}
    assert value(con, "mrr", 5, "ranker", **long_view) == 1
    assert value(con, "mrr", 5, "ranker_debiased", **long_view) == pytest.approx(1 / 2)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.model} by {rule.score}")
def test_the_walk_down_an_order_finds_the_first_unwatched_videos(rule):
    con = random_world()
    catalogue = read_catalogue(con, 42)
    shown = ordered_lists(con, catalogue, rule)()[:, :20]
    expected = con.sql(f"""
        select users.user_id, list(videos.video_id order by
            {rule.score} desc nulls last, tie_break)[1:20]
        from judge_users as users, judge_videos as videos
        where is_in_catalogue and not exists (
            from training.als_confidences as w
            where w.user_id = users.user_id and w.video_id = videos.video_id
        )
        group by users.user_id order by users.user_id
    """).fetchall()
    assert len(expected) == 62
    assert [catalogue.videos.ids[row].tolist() for row in shown] == [row[1] for row in expected]


def test_random_lists_are_full_and_hold_nothing_watched():
    con = random_world()
    catalogue = read_catalogue(con, 42)
    shown = random_lists(catalogue, 42)()
    watched = np.diff(catalogue.watched.indptr)
    open_count = catalogue.videos.is_in_catalogue.sum() - watched
    assert ((shown >= 0).sum(axis=1) == np.minimum(open_count, 250)).all()
    users, places = np.nonzero(shown >= 0)
    assert not np.asarray(catalogue.watched[users, shown[users, places]]).any()
    assert not (shown[0] == shown[1]).all()
    nothing = np.zeros_like(catalogue.videos.is_in_catalogue)
    empty = replace(catalogue, videos=replace(catalogue.videos, is_in_catalogue=nothing))
    assert (random_lists(empty, 42)() == -1).all()
