"""Lists taught on earlier cut-offs: what is proposed, learned and shown."""

import shutil
from dataclasses import replace
from types import SimpleNamespace

import duckdb
import numpy as np
import pytest
from presets_as_text import write_preset
from reelrank.evaluation.ranking import ndcg_of_rows
from reelrank.list_ranker import choosing
from reelrank.list_ranker.cutoffs import Cutoff
from reelrank.list_ranker.heads import ListHead
from reelrank.list_ranker.learning import UNTAUGHT_STARTS, fit_list_heads
from reelrank.list_ranker.moments import Moment
from reelrank.list_ranker.rows import LabelledRows, ListRows, spread
from reelrank.list_ranker.union import propose_union
from reelrank.presets import ListSettings
from reelrank.serving import load_run, recommend_for_user
from reelrank.warehouse.connection import open_for_reading
from scipy import sparse
from test_training import query, train_here

SETTINGS = ListSettings(users=100, whole_lists=60, other_share=0.5, rounds=40, most_lost=0.1)
UNION = {
    "candidates.source": "union",
    "candidates.compared_sources": ["union", "trending", "als_alive", "als"],
    "lists.users": 300,
    "lists.whole_lists": 100,
    "lists.other_share": 0.5,
    "lists.rounds": 10,
    "lists.most_lost": 1.0,
}


def moment(rates, alive, watched, tastes=None):
    """One user per row of `watched`; taste and content of video v for user u are tastes[u, v]."""
    watched = np.asarray(watched, np.float32)
    users, videos = watched.shape
    vectors = (
        np.asarray(np.zeros((users, videos)) if tastes is None else tastes, np.float32),
        np.eye(videos, dtype=np.float32),
    )
    nothing = (np.zeros((users, 1), np.float32), np.zeros((videos, 1), np.float32))
    return Moment(
        cutoff=Cutoff(0, 0, 1, False),
        block=0,
        user_ids=np.arange(users, dtype=np.int32),
        video_ids=np.arange(videos, dtype=np.int32) + 100,
        watched=sparse.csr_matrix(watched),
        log_rate=np.log(np.asarray(rates, np.float32)),
        is_alive=np.asarray(alive, bool),
        is_new=np.zeros(videos, bool),
        als_scores=vectors,
        als_tastes=vectors,
        exposures=nothing,
        contents=vectors,
        play=nothing,
        play_to_end=nothing,
        chance=(0.0, 0.0),
    )


def test_the_union_proposes_living_unwatched_videos_first():
    found = propose_union(
        moment([8, 4, 2, 1], [True, True, False, True], [[0, 1, 0, 0], [0, 0, 0, 0]]), 3
    ).to_pydict()
    lists = {
        user: [v for u, v in zip(found["user_id"], found["video_id"], strict=True) if u == user]
        for user in (0, 1)
    }
    assert lists == {0: [100, 103, 102], 1: [100, 101, 103]}
    dead = found["video_id"].index(102)
    assert found["source"][dead] == "most_viewed"
    assert found["trending_taste_rank"][dead] is None


def test_the_union_keeps_the_rank_and_score_of_every_source():
    tastes = np.zeros((1, 40))
    tastes[0, 39] = 3.0  # the least viewed video is the user's favourite
    rates = np.arange(40, 0, -1)
    found = propose_union(moment(rates, [True] * 40, np.zeros((1, 40)), tastes), 10).to_pydict()
    row = found["video_id"].index(139)
    assert found["als_alive_rank"][row] == 1
    assert found["als_alive_score"][row] == pytest.approx(3.0)
    assert found["trending_rank"][row] is None
    assert found["source"][row] == "als_alive"
    assert found["trending_rank"][found["video_id"].index(100)] == 1


def labelled(generator, helps, lists=120, size=20):
    """Lists of a rule, a feature that tells relevance, and noise; `helps` of 0 tells nothing."""
    rows = lists * size
    hidden = generator.normal(size=rows)
    rule = generator.normal(size=rows)
    labels = rule + helps * hidden + generator.normal(size=rows) > 2
    names = ["order_trending_taste", "order_trending_above_one_taste", "order_noise", "hidden"]
    columns = [rule, rule, generator.normal(size=rows), hidden]
    found = ListRows(
        names=names,
        features=np.stack(columns, axis=1).astype(np.float32),
        user_id=np.repeat(np.arange(lists, dtype=np.int32), size),
        video_id=np.tile(np.arange(size, dtype=np.int32), lists),
        rank=np.tile(np.arange(1, size + 1, dtype=np.int16), lists),
        log_chance=generator.normal(size=rows).astype(np.float32),
    )
    wanted = labels.reshape(lists, size).sum(axis=1)
    relevances = ("long_view", "watch_ratio")
    return LabelledRows(
        found,
        dict.fromkeys(relevances, labels),
        dict.fromkeys(relevances, wanted),
        is_drawn=labels | (generator.random(rows) < 0.5),
        is_whole=np.arange(lists) % 2 == 0,
    )


def test_trees_are_added_where_they_help():
    generator = np.random.default_rng(0)
    parts = [labelled(generator, helps=2.0) for _ in range(3)]
    head = fit_list_heads(parts, SETTINGS, seed=1, threads=1)[0]
    test = labelled(generator, helps=2.0)
    values = [
        ndcg_of_rows(test.rows.user_id, score, test.labels["long_view"], 10)
        for score in (head.score(test.rows, 1), test.rows.column("order_trending_taste"))
    ]
    assert head.booster is not None
    assert np.nanmean(values[0]) > np.nanmean(values[1]) + 0.1


def test_lists_without_anything_to_find_are_not_scored_and_change_no_choice():
    generator = np.random.default_rng(3)
    part = labelled(generator, helps=2.0, lists=40)
    head = ListHead("long_view", "order_trending_taste")
    empty = np.arange(40) % 4 == 0
    part.wanted["long_view"][empty] = 0
    scores = choosing._scores(part, head, 1)
    is_empty = np.repeat(empty[part.is_whole], part.whole.list_sizes)
    assert np.isnan(scores[is_empty]).all() and not np.isnan(scores[~is_empty]).any()
    whole = head.score(part.whole, 1)
    values = [choosing._ndcg(part, "long_view", found) for found in (scores, whole)]
    assert (values[0] == values[1]).all() and 0 < len(values[0]) < part.is_whole.sum()
    part.wanted["long_view"][:] = 0
    assert np.isnan(choosing._scores(part, head, 1)).all()
    assert not choosing.holds_up(head, head, part, 1)


def test_trees_are_bitwise_the_same_on_any_number_of_threads():
    # many rows whose start is far from their label, so that sums of gradients are not exact
    generator = np.random.default_rng(5)
    parts = [labelled(generator, helps=3.0, lists=800, size=25) for _ in range(2)]
    for part in parts:
        part.rows.features[:, :2] **= 5
    texts = [
        [head.booster.model_to_string().split("\nparameters:")[0] for head in heads]
        for heads in (fit_list_heads(parts, SETTINGS, seed=1, threads=n) for n in (1, 2, 3))
    ]
    assert texts[0] == texts[1] == texts[2]


def test_trees_that_lose_wherever_they_are_tried_are_left_out():
    generator = np.random.default_rng(3)
    parts = [labelled(generator, helps=helps) for helps in (2.0, -2.0)]
    assert all(head.booster is None for head in fit_list_heads(parts, SETTINGS, seed=1, threads=1))


def test_nothing_to_learn_leaves_the_best_order_as_it_is():
    generator = np.random.default_rng(1)
    parts = [labelled(generator, helps=0.0) for _ in range(2)]
    for head in fit_list_heads(parts, SETTINGS, seed=1, threads=1):
        assert head.start == UNTAUGHT_STARTS[head.relevance]
        score = head.score(parts[0].rows, 1)
        order = np.argsort(-parts[0].rows.column(head.start)[:20], kind="stable")
        assert np.corrcoef(np.argsort(order), np.argsort(np.argsort(-score[:20])))[0, 1] > 0.9


def test_without_any_label_the_closed_form_orders():
    rows = labelled(np.random.default_rng(2), helps=0.0)
    nothing = {name: np.zeros_like(found) for name, found in rows.labels.items()}
    unwanted = {name: np.zeros_like(found) for name, found in rows.wanted.items()}
    silent = replace(rows, labels=nothing, wanted=unwanted)
    for parts in ([], [silent]):
        heads = fit_list_heads(parts, SETTINGS, seed=1, threads=1)
        assert [head.start for head in heads] == list(UNTAUGHT_STARTS.values())
        assert [head.booster for head in heads] == [None, None]


@pytest.fixture(scope="module")
def union_run(built_db, tmp_path_factory):
    """A database after one run whose lists come from the union of sources."""
    folder = tmp_path_factory.mktemp("union")
    db = shutil.copy(built_db, folder / "little.duckdb")
    preset = write_preset(folder / "union.toml", **UNION)
    code, _ = train_here(db, preset)
    assert code == 0
    return SimpleNamespace(db=db, preset=preset)


def test_a_run_publishes_where_candidates_come_from_and_how_fresh_lists_are(union_run):
    assert query(
        union_run.db,
        "select count(*) > 0, count(trending_rank) > 0, count(trending_taste_score) > 0"
        " from ml.candidates",
    ) == [(True, True, True)]
    assert query(
        union_run.db,
        "select bool_and(is_alive is not null), bool_and(list_score is not null),"
        " max(abs(ranking_score - list_score - m.chance_weight * log_chance)) < 1e-4"
        " from ml.recommendations cross join ml.models as m where m.head = 'list_long_view'",
    ) == [(True, True, True)]


def test_lists_hold_nothing_watched_and_are_sorted(union_run):
    assert query(
        union_run.db,
        "select count(*) from ml.recommendations semi join training.als_confidences"
        " using (user_id, video_id)",
    ) == [(0,)]
    assert query(
        union_run.db,
        "select count(*) from (select ranking_score - lag(ranking_score) over"
        " (partition by user_id order by rank) as step from ml.recommendations) where step > 0",
    ) == [(0,)]


def test_the_list_published_is_the_best_of_all_candidates(union_run):
    assert query(
        union_run.db,
        "select min(count), max(count), max(last_rank), max(last_candidate) > 20 from ("
        "select count(*) as count, max(rank) as last_rank, max(candidate_rank) as last_candidate"
        " from ml.recommendations group by user_id)",
    ) == [(20, 20, 20, True)]


def test_serving_gives_the_list_that_was_published(union_run):
    with open_for_reading(union_run.db, threads=1, memory_limit="1GB") as con:
        served = load_run(con)
        for user in (3, 17):
            published = con.execute(
                "select video_id from ml.recommendations where user_id = $user order by rank",
                {"user": user},
            ).fetchall()
            found = recommend_for_user(con, served, user)
            assert found.column("video_id").to_pylist() == [video for (video,) in published]


def test_what_happens_after_the_boundary_changes_no_list(union_run, built_db, tmp_path):
    db = shutil.copy(built_db, tmp_path / "little.duckdb")
    with duckdb.connect(str(db)) as con:
        con.execute(
            "update training.interactions set watch_ratio = 9, is_long_view = true,"
            " is_above_one = true where split = 'holdout'"
        )
    assert train_here(db, union_run.preset)[0] == 0
    lists = "select user_id, rank, video_id from ml.recommendations order by all"
    assert query(db, lists) == query(union_run.db, lists)


@pytest.mark.parametrize(("count", "total"), [(1000, 1251), (3, 10), (12, 12), (1, 5)])
def test_whole_lists_are_as_many_as_asked_and_spread_evenly(count, total):
    places = spread(count, total)

    assert len(places) == min(count, total)
    gaps = np.diff(places)
    assert set(gaps) <= {total // count, total // count + 1}
    assert (places < total).all()
