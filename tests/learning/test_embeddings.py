from datetime import date
from pathlib import Path

import numpy as np
import pytest
import yaml
from reelrank.candidates import als, read_train_log
from reelrank.embeddings import Blocks, publish_vectors, split_days
from reelrank.embeddings.directions import find_directions
from reelrank.embeddings.vectors import group_means
from reelrank.presets import AlsSettings

ALS = AlsSettings("long_view_count", 1.0, 10.0, 2.0, 1.0, 4, 1.0, 3)


def test_blocks_cover_train_in_order_with_about_equal_rows(con):
    blocks = split_days(con, 4)
    days = con.execute(
        "select event_on, count(*) from training.interactions where split = 'train'"
        " group by all order by all"
    ).fetchall()
    assert list(blocks.days) == [day for day, _ in days]
    numbers = list(blocks.days.values())
    assert numbers == sorted(numbers)
    assert set(numbers) == {0, 1, 2, 3}
    sizes = [sum(rows for day, rows in days if blocks.days[day] == block) for block in range(4)]
    assert max(sizes) - min(sizes) <= max(rows for _, rows in days) * 2
    for day, block in blocks.days.items():
        assert blocks.first_days[block] <= day


def test_more_blocks_than_days_give_a_block_per_day(con):
    blocks = split_days(con, 50)
    assert blocks.after_train == len(blocks.days)


def test_vectors_of_a_block_never_saw_that_block_or_a_later_one(con):
    """Fitting on a log whose later events are gone gives the very same vectors."""
    blocks = split_days(con, 3)
    publish_vectors(con, blocks, ALS, seed=1, threads=2)
    for block in (1, 2):
        con.execute("create or replace temp table part as from training.als_confidences limit 0")
        con.execute(
            "insert into part select user_id, video_id, count(*),"
            " sum(greatest(watch_ratio, 0.001)), sum(least(watch_ratio, 5)),"
            " count(*) filter (is_long_view)"
            " from training.interactions where split = 'train' and event_at < $day group by all",
            {"day": blocks.first_days[block]},
        )
        log = read_train_log(con)
        pairs = con.execute("from part").fetchnumpy()
        earlier = type(log)(
            log.user_ids,
            log.video_ids,
            np.searchsorted(log.user_ids, pairs["user_id"]),
            np.searchsorted(log.video_ids, pairs["video_id"]),
            {"long_view_count": pairs["long_view_count"].astype(np.float32)},
        )
        expected = als.fit_factors(earlier, ALS, seed=1, threads=2)
        found = con.execute(
            "select entity_id, vector from user_vectors where block = $block order by entity_id",
            {"block": block},
        ).fetchall()
        assert [row[0] for row in found] == log.user_ids[expected.knows_user].tolist()
        np.testing.assert_array_equal(
            np.array([row[1] for row in found], np.float32), expected.users[expected.knows_user]
        )


def test_the_first_block_knows_nothing(con):
    blocks = split_days(con, 3)
    publish_vectors(con, blocks, ALS, seed=1, threads=2)
    assert con.execute("select min(block), max(block) from video_vectors").fetchone() == (1, 3)
    row = con.execute(
        "select als_score, als_user_tag_cosine, als_popularity"
        " from rows_with_embeddings('training.ranker_rows', 0) limit 1"
    ).fetchone()
    assert row == (None, None, None)


def test_features_are_cosines_of_the_vectors(con):
    blocks = split_days(con, 3)
    publish_vectors(con, blocks, ALS, seed=1, threads=2)
    last = blocks.after_train
    vectors = {
        entity: dict(
            con.execute(
                f"select entity_id, vector from {entity}_vectors where block = $block",
                {"block": last},
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


def test_scores_of_a_user_over_the_catalogue_have_mean_0_and_sd_1(con):
    blocks = split_days(con, 3)
    publish_vectors(con, blocks, ALS, seed=1, threads=2)
    con.execute(
        "create temp table all_pairs as select u.entity_id as user_id, v.entity_id as video_id"
        " from user_vectors as u join video_vectors as v on u.block = v.block and u.block = 3"
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


def test_a_video_never_watched_has_its_tag_but_no_vector(con):
    blocks = split_days(con, 3)
    publish_vectors(con, blocks, ALS, seed=1, threads=2)
    con.execute("create or replace temp table pairs as select 3 as user_id, 78 as video_id")
    row = con.execute(
        "select als_score, als_user_tag_cosine is not null"
        " from rows_with_embeddings('pairs', $block)",
        {"block": blocks.after_train},
    ).fetchone()
    assert row == (None, True)


def test_the_catalog_describes_the_features_that_are_made_and_no_other(con, repo_root: Path):
    blocks = split_days(con, 3)
    publish_vectors(con, blocks, ALS, seed=1, threads=2)
    con.execute("create or replace temp table pairs as select 3 as user_id, 78 as video_id")
    made = con.sql("from rows_with_embeddings('pairs', 1)").columns[2:]
    page = repo_root / "dbt_project/models/training/embedding_features.yml"
    [source] = yaml.safe_load(page.read_text(encoding="utf-8"))["sources"]
    [described] = source["tables"]
    assert made == [column["name"] for column in described["columns"]]


def test_group_means_by_hand():
    vectors = np.array([[1, 2], [3, 4], [10, 20]], np.float32)
    means = group_means(vectors, np.array([0, 0, 2]), 3)
    np.testing.assert_array_equal(means, [[2, 3], [0, 0], [10, 20]])


def test_a_single_day_is_one_block():
    blocks = Blocks({date(2020, 7, 5): 0}, [date(2020, 7, 5)], [9])
    assert blocks.after_train == 1
    assert blocks.first_of_latest(0.01) == 0


def test_the_latest_share_of_train_starts_with_a_whole_block():
    days = [date(2020, 7, day) for day in range(1, 5)]
    blocks = Blocks({day: number for number, day in enumerate(days)}, days, [10, 10, 10, 10])
    assert [blocks.first_of_latest(share) for share in (1, 0.76, 0.75, 0.6, 0.5, 0.01)] == [
        0, 0, 1, 1, 2, 3,
    ]  # fmt: skip
