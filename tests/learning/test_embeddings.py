from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from reelrank.candidates import als, read_train_log
from reelrank.candidates.train_log import read_train_logs
from reelrank.embeddings import Blocks, publish_vectors, split_blocks
from reelrank.embeddings.als_directions import find_directions
from reelrank.embeddings.als_vectors import group_means
from reelrank.embeddings.exposure_factors import fit_exposure
from reelrank.presets import AlsSettings, EmbeddingSettings, PlayTimeSettings

ALS = AlsSettings("long_view_count", 1.0, 10.0, 2.0, 1.0, 4, 1.0, 3)
SETTINGS = EmbeddingSettings(3, ALS, PlayTimeSettings(2, 2, 2, 1.5), ALS)
ASKED = (
    "timestamp '2020-07-12 20:00:00' as event_at, 8000 as video_duration_ms, 0 as pair_watch_count"
)


@pytest.fixture
def published(con):
    """The connection with vectors of three blocks, and the blocks."""
    blocks = split_blocks(con, 3)
    log = read_train_log(con)
    whole = log, als.fit_factors(log, ALS, seed=1, threads=2)
    publish_vectors(con, blocks, SETTINGS, whole, seed=1, threads=2)
    return con, blocks


def test_blocks_cover_train_in_order_with_about_equal_rows(con):
    blocks = split_blocks(con, 4)
    assert blocks.starts == sorted(blocks.starts)
    assert sum(blocks.row_counts) == 3200
    (most,) = con.execute(
        "select max(n) from (select count(*) as n from training.interactions"
        " where split = 'train' group by event_on)"
    ).fetchone()
    assert max(blocks.row_counts) - min(blocks.row_counts) <= 2 * most
    days = con.execute("select min(event_unix_ms) from training.interactions group by event_on")
    assert set(blocks.starts) <= {start for (start,) in days.fetchall()}


def test_more_blocks_than_days_give_a_block_per_day(con):
    assert split_blocks(con, 50).after_train == 9


def test_every_cut_off_within_train_starts_a_block(con):
    moments = con.execute("select min(event_unix_ms) + 1000, max(event_unix_ms) from"
                          " training.interactions where split = 'train'").fetchone()  # fmt: skip
    con.execute("attach ':memory:' as other")
    con.execute("create schema other.training")
    con.execute("create table other.training.interactions as from training.interactions")
    con.execute(
        "create table other.training.cutoffs as from (values ($1, false), ($2, true))"
        " as t (cutoff_unix_ms, is_boundary)",
        list(moments),
    )
    con.execute("use other")
    blocks = split_blocks(con, 2)
    assert moments[0] in blocks.starts
    assert moments[1] not in blocks.starts
    assert blocks.at(moments[0]) == blocks.starts.index(moments[0])
    assert blocks.at(moments[0] - 1) == blocks.starts.index(moments[0]) - 1


def test_vectors_of_a_block_never_saw_that_block_or_a_later_one(con):
    """Other events from the block on, however odd, give the very same vectors before it."""
    settings = replace(SETTINGS, blocks=3)
    blocks = split_blocks(con, 3)

    def vectors(events):
        with open_tampered(con, events):
            log = read_train_log(con)
            whole = log, als.fit_factors(log, ALS, seed=1, threads=2)
            publish_vectors(con, blocks, settings, whole, seed=1, threads=2)
            return con.execute(
                "select block, entity, entity_id, vector from entity_vectors order by all"
            ).fetchall()

    told = vectors("select * from training.interactions")
    for block in (1, 2):
        odd = vectors(
            "select * replace (if(event_unix_ms >= "
            f"{blocks.starts[block]}, 7 * play_duration_ms + 1000, play_duration_ms)"
            " as play_duration_ms, if(event_unix_ms >= "
            f"{blocks.starts[block]}, not is_long_view, is_long_view) as is_long_view)"
            " from training.interactions"
        )
        assert [row for row in odd if row[0] <= block] == [row for row in told if row[0] <= block]
        assert odd != told


@contextmanager
def open_tampered(con, events):
    """Let `training.interactions` be something else, for this connection alone."""
    con.execute("attach ':memory:' as other")
    for schema in ("training", "features", "staging"):
        con.execute(f"create schema other.{schema}")
        for (table,) in con.execute(
            "select table_name from duckdb_tables() where schema_name = $1"
            " and database_name = current_database()",
            [schema],
        ).fetchall():
            source = events if table == "interactions" else f"select * from {schema}.{table}"
            con.execute(f"create table other.{schema}.{table} as {source}")
    (home,) = con.execute("select current_database()").fetchone()
    con.execute("use other")
    try:
        yield
    finally:
        con.execute(f"use {home}")
        con.execute("detach other")


def test_confidences_of_blocks_are_those_that_dbt_counts(con):
    [whole] = read_train_logs(con, [2**62])
    expected = read_train_log(con)
    order = np.lexsort((expected.videos, expected.users))
    np.testing.assert_array_equal(whole.users, expected.users[order])
    for name, values in expected.weights.items():
        np.testing.assert_allclose(whole.weights[name], values[order], rtol=1e-6)


def test_the_first_block_knows_nothing(published):
    con, blocks = published
    found = con.execute("select min(block), max(block) from entity_vectors").fetchone()
    assert found == (1, blocks.after_train)
    row = con.execute(
        "select als_score, als_user_tag_cosine, als_popularity, play_taste, play_log_odds"
        " from rows_with_embeddings('training.ranker_rows', 0) limit 1"
    ).fetchone()
    assert row == (None,) * 5


def test_features_are_cosines_of_the_vectors(published):
    con, blocks = published
    last = blocks.after_train
    vectors = {
        entity: dict(
            con.execute(
                "select entity_id, vector from entity_vectors"
                " where block = $block and entity = $entity",
                {"block": last, "entity": entity},
            ).fetchall()
        )
        for entity in ("user", "tag", "author")
    }
    rows = con.execute(
        "select user_id, video_tag, video_author, als_user_tag_cosine,"
        " als_user_author_cosine"
        " from rows_with_embeddings('training.ranker_rows', $block) where dataset = 'dense'",
        {"block": last},
    ).fetchall()
    assert len(rows) > 100
    for user, tag, author, by_tag, by_author in rows:
        taste = np.array(vectors["user"][user])
        assert by_tag == pytest.approx(cosine(taste, vectors["tag"][tag]), abs=1e-5)
        assert by_author == pytest.approx(cosine(taste, vectors["author"][author]), abs=1e-5)


def test_scores_of_a_user_over_the_catalogue_have_mean_0_and_sd_1(published):
    con, blocks = published
    con.execute(
        f"create temp table all_pairs as select u.entity_id as user_id, v.entity_id as video_id,"
        f" {ASKED} from entity_vectors as u join entity_vectors as v on u.block = v.block"
        " where u.block = 3 and u.entity = 'user' and v.entity = 'video'"
    )
    summary = (
        "select avg(als_score), stddev_pop(als_score), avg(als_taste), stddev_pop(als_taste),"
        " corr(als_taste, als_popularity)"
        " from rows_with_embeddings('all_pairs', 3) group by user_id"
    )
    found = np.array(con.execute(summary).fetchall())
    assert len(found) > 10
    expected = np.tile([0, 1, 0, 1, 0], (len(found), 1))
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_directions_part_scores_into_popularity_and_taste_by_hand():
    """Videos at (±1, 0) and (0, ±1): covariance is half the identity; the mean user is (2, 0)."""
    videos = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]], np.float32)
    found = find_directions(np.array([[1, 3], [3, -3]], np.float32), videos)
    np.testing.assert_allclose(found.popularity, np.array([1, -1, 0, 0]) * np.sqrt(2), rtol=1e-6)
    np.testing.assert_allclose(found.tastes, np.array([[0, 1], [0, -1]]) * np.sqrt(2), rtol=1e-6)
    np.testing.assert_allclose(
        found.scores, np.array([[1 / 10**0.5, 3 / 10**0.5], [3 / 18**0.5, -3 / 18**0.5]]) * 2**0.5,
        rtol=1e-6,
    )  # fmt: skip


def test_a_catalogue_without_spread_gives_zeros():
    found = find_directions(np.ones((2, 3), np.float32), np.ones((4, 3), np.float32))
    assert not found.scores.any() and not found.tastes.any() and not found.popularity.any()


def cosine(a, b):
    b = np.array(b)
    return a @ b / np.sqrt((a @ a) * (b @ b))


def test_a_video_never_watched_has_its_tag_but_no_vector(published):
    con, blocks = published
    con.execute(
        f"create or replace temp table pairs as select 3 as user_id, 78 as video_id, {ASKED}"
    )
    row = con.execute(
        "select als_score, als_user_tag_cosine is not null"
        " from rows_with_embeddings('pairs', $block)",
        {"block": blocks.after_train},
    ).fetchone()
    assert row == (None, True)


def test_the_catalog_describes_the_features_that_are_made_and_no_other(published, repo_root: Path):
    con, blocks = published
    con.execute(
        f"create or replace temp table pairs as select 3 as user_id, 78 as video_id, {ASKED}"
    )
    made = con.sql("from rows_with_embeddings('pairs', 1)").columns[5:]
    page = repo_root / "dbt_project/models/training/embedding_features.yml"
    [source] = yaml.safe_load(page.read_text(encoding="utf-8"))["sources"]
    [described] = source["tables"]
    assert made == [column["name"] for column in described["columns"]]


def test_group_means_by_hand():
    vectors = np.array([[1, 2], [3, 4], [10, 20]], np.float32)
    means = group_means(vectors, np.array([0, 0, 2]), 3)
    np.testing.assert_array_equal(means, [[2, 3], [0, 0], [10, 20]])


def test_a_single_block_has_all_rows():
    blocks = Blocks([0], [9])
    assert blocks.after_train == 1
    assert blocks.start(1) is None
    assert blocks.first_of_latest(0.01) == 0


def test_the_latest_share_of_train_starts_with_a_whole_block():
    blocks = Blocks([0, 10, 20, 30], [10, 10, 10, 10])
    assert [blocks.first_of_latest(share) for share in (1, 0.76, 0.75, 0.6, 0.5, 0.01)] == [
        0, 0, 1, 1, 2, 3,
    ]  # fmt: skip


@pytest.mark.parametrize("counts", [("watch_count", 0.0), ("long_view_count", 2.0)])
def test_exact_solutions_are_where_conjugate_gradient_goes(con, counts):
    confidence, unliked = counts
    settings = AlsSettings(confidence, 3.0, 1.0, 0.0, unliked, 4, 5.0, 300)
    log = read_train_log(con)
    exact, gradient = (
        fit(log, settings, seed=1, threads=2) for fit in (fit_exposure, als.fit_factors)
    )
    for known in ("knows_user", "knows_video"):
        np.testing.assert_array_equal(getattr(exact, known), getattr(gradient, known))
    scores = [(found.users @ found.videos.T).ravel() for found in (exact, gradient)]
    assert np.corrcoef(scores)[0, 1] > 0.99


def test_exact_solutions_do_not_depend_on_the_threads(con):
    log, settings = read_train_log(con), SETTINGS.exposure
    one, two = (fit_exposure(log, settings, seed=1, threads=threads) for threads in (1, 2))
    np.testing.assert_array_equal(one.users, two.users)
    np.testing.assert_array_equal(one.videos, two.videos)


def test_exact_solutions_need_no_regularization(con):
    log = read_train_log(con)
    is_one = log.videos == log.videos[0]
    alone = replace(
        log,
        users=log.users[is_one],
        videos=log.videos[is_one],
        weights={name: weights[is_one] for name, weights in log.weights.items()},
    )
    found = fit_exposure(alone, replace(SETTINGS.exposure, regularization=0.0), seed=1, threads=1)
    assert np.isfinite(found.users).all()
    assert np.isfinite(found.videos).all()
