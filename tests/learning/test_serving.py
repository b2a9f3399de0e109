import duckdb
import pytest
from benchmarking.asking import time_one_user
from reelrank.errors import UserError
from reelrank.serving import load_run, recommend_for_user
from reelrank.warehouse.connection import open_for_reading


@pytest.fixture(scope="module")
def trained_db(first_run):
    return first_run[0]


def test_a_user_gets_from_stored_trees_and_vectors_the_list_that_training_published(trained_db):
    with open_for_reading(trained_db, threads=1, memory_limit="200MB") as con:
        served = load_run(con)
        for user in (0, 14, 59):  # 59 is in no log
            found = recommend_for_user(con, served, user)
            expected = con.execute(
                "select video_id, predicted_watch_ratio, predicted_long_view, ranking_score"
                " from ml.recommendations where user_id = $user order by rank",
                {"user": user},
            ).to_arrow_table()
            assert found.num_rows == 20
            for name, wanted in zip(found.column_names, expected.column_names, strict=True):
                assert found.column(name).to_pylist() == expected.column(wanted).to_pylist()


def test_an_unknown_user_gets_an_empty_list(trained_db):
    with open_for_reading(trained_db, threads=1, memory_limit="200MB") as con:
        assert recommend_for_user(con, load_run(con), 999_999).num_rows == 0


def test_an_unknown_run_or_none_says_what_to_run(trained_db, built_db):
    with (
        open_for_reading(trained_db, threads=1, memory_limit="200MB") as con,
        pytest.raises(UserError, match="No run is called 'nonsense'"),
    ):
        load_run(con, "nonsense")
    with (
        open_for_reading(built_db, threads=1, memory_limit="200MB") as con,
        pytest.raises(UserError, match="Train first: reelrank train"),
    ):
        load_run(con)


def test_the_time_of_one_user_is_measured_cold_and_warm(trained_db):
    found = time_one_user(trained_db, 1)
    assert 0 < found["warm"] < found["cold"]


def test_the_vectors_stored_are_those_that_know_all_of_train(trained_db):
    with duckdb.connect(str(trained_db), read_only=True) as con:
        counts = dict(
            con.execute("select entity, count(*) from ml.embedding_vectors group by all").fetchall()
        )
    assert counts == {
        **dict.fromkeys(("user", "user_score", "user_taste"), 59),
        **dict.fromkeys(("video", "video_centred", "video_popularity"), 78),
        **{"exposure_score": 59, "exposure_taste": 59, "exposure_video": 78},
        **{"tag": 5, "author": 20, "category": 5, "play_user": 60, "play_video": 80},
        **dict.fromkeys(("play_hour", "play_age", "play_repeat", "play_chance"), 1),
        "play_usual": 1,
        # what a user or video is estimated with that the fit never saw
        **{"als_products": 8, "play_prior_user": 3, "play_prior_video": 3, "play_new_user": 1},
        **{"play_category": 5, "play_tag": 5, "play_author": 20, "play_word": 1},
    }
