"""Where ids are texts, people ask with their own ids and get them; the answers are the same."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest
from rendered_questions import create_dbt_answers

ID_COLUMNS = """
    select table_name, column_name from duckdb_columns()
    where schema_name = 'ml' and column_name in ('user_id', 'video_id')
"""
ID_KEYS = """
    create table staging.id_keys as
    select
        entity,
        key::integer as key,
        entity || '-' || key as id,
    from (select unnest(['user', 'video', 'author', 'tag']) as entity),
        (select unnest(range(3000)) as key)
"""


@pytest.fixture(scope="module")
def other(database: Path, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The made-up database as dbt and training leave it for a log whose ids are like user-14."""
    path = shutil.copy(database, tmp_path_factory.mktemp("other") / "other.duckdb")
    with duckdb.connect(str(path)) as con:
        con.execute(ID_KEYS)
        for table, column in con.execute(ID_COLUMNS).fetchall():
            con.execute(f"alter table ml.{table} alter {column} type varchar")
            entity = column.removesuffix("_id")
            con.execute(f"update ml.{table} set {column} = '{entity}-' || {column}")
        create_dbt_answers(con, ids_are_numbers=False)
        yield con


@pytest.fixture(scope="module")
def plain(database: Path) -> duckdb.DuckDBPyConnection:
    with duckdb.connect(str(database), read_only=True) as con:
        yield con


def as_numbers(value: object) -> object:
    """Take ids like video-7 for the numbers that they are made of, wherever they stand."""
    if isinstance(value, list):
        return [as_numbers(item) for item in value]
    if isinstance(value, str):
        value = re.sub(r"\b(user|video|author|tag)-(\d+)\b", r"\2", value)
        return int(value) if value.isdigit() else value
    return value


QUESTIONS = {
    "recommend({user}, 10)": "caption, tags, duration_s, predicted_ratio, reason, video_id, rank",
    "candidates({user}, 10)": "rank, video_id, source, score, final_rank",
    "similar_users({user}, 5)": "rank, cosine, is_friend, register_days",
    "similar_videos({video}, 5)": "rank, cosine, tags, duration_s",
    "explain({user}, {video})": "position, feature, contribution, description",
    "list_parts({user}, 5)": "rank, predicted_long_view, level, video, taste, context, length",
    "user_profile({user})": "section, item, views, mean_watch_ratio, long_view_share",
    "video_profile({video})": "section, item, views, mean_watch_ratio, note",
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answer_is_the_same_with_the_ids_of_the_log(
    question: str, plain: duckdb.DuckDBPyConnection, other: duckdb.DuckDBPyConnection
) -> None:
    user, video = plain.execute(
        "select user_id, video_id from ml.explanations"
        " where run_id = (select run_id from ml.latest_run) order by all limit 1"
    ).fetchone()
    columns = QUESTIONS[question]
    # of tags watched equally often, text has another order than numbers
    question += " where section != 'tags'" if question.startswith("user_profile") else ""
    asked = question.format(user=user, video=video)
    expected = plain.execute(f"select {columns} from {asked}").fetchall()
    asked = question.format(user=f"'user-{user}'", video=f"'video-{video}'")
    answer = other.execute(f"select {columns} from {asked}").fetchall()
    assert expected
    assert [[as_numbers(v) for v in row] for row in answer] == [
        [as_numbers(v) for v in row] for row in expected
    ]


def test_own_ids_are_seen_and_an_unknown_one_has_no_answer(
    other: duckdb.DuckDBPyConnection,
) -> None:
    listed = other.execute("select video_id, tags from recommend('user-3', 5)").fetchall()
    assert listed
    assert all(video.startswith("video-") for video, _ in listed)
    assert other.execute("from recommend(3, 5)").fetchall() == []
    assert other.execute("from recommend('nobody', 5)").fetchall() == []


def test_numbers_may_be_asked_for_as_text(plain: duckdb.DuckDBPyConnection) -> None:
    assert (
        plain.execute("from recommend('3', 5)").fetchall()
        == plain.execute("from recommend(3, 5)").fetchall()
    )
    assert plain.execute("from recommend('5e1f-a', 5)").fetchall() == []
