"""A log of which hardly anything can be learned ends with results and with words about them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from workbench import Ended, ask, dbt, train

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def three_users_two_videos(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    """Everybody has watched everything, eight times; the database and how training ended."""
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "data").mkdir()
    lines = ["user_id,video_id,play_duration,video_duration,timestamp"] + [
        f"{user},{video},{4000 + 900 * (user + video)},8000,{1700000000 + 86400 * day + user}"
        for day in range(8)
        for user in range(3)
        for video in range(2)
    ]
    (folder / "data" / "big_matrix.csv").write_text("\n".join(lines) + "\n")
    database = folder / "tiny.duckdb"
    built = dbt("run", database=database, data=folder / "data")
    assert built.returncode == 0, built.stdout[-3000:]
    return database, train(database, "--resamples", "100")


def test_training_goes_on_and_says_what_its_results_are_worth(
    three_users_two_videos: tuple[Path, Ended],
):
    _, trained = three_users_two_videos
    assert trained.returncode == 0, trained.stderr[-3000:]
    for words in (
        "Only 3 users of the holdout",
        "2 videos: there is little to choose from",
        "nothing is left to recommend, so lists are empty",
        "No view of the training part and the holdout is relevant by watch_ratio_above_1",
    ):
        assert words in trained.stderr


def test_the_lists_are_empty_and_data_quality_says_why(
    three_users_two_videos: tuple[Path, Ended],
):
    database, _ = three_users_two_videos
    assert ask(database, "from ml.recommendations") == []
    [row] = ask(database, "from recommend(1)")
    assert row["rank"] is None and row["reason"].startswith("nothing is left")
    said = [row["measure"] for row in ask(database, "from data_quality()")]
    assert [words for words in said if "nothing is left to recommend" in words]


def test_no_number_in_any_result_is_nan_or_infinite(three_users_two_videos: tuple[Path, Ended]):
    database, _ = three_users_two_videos
    with duckdb.connect(str(database), read_only=True) as con:
        columns = con.execute(
            "select table_name, column_name from duckdb_columns() semi join duckdb_tables()"
            " using (schema_name, table_name)"
            " where schema_name = 'ml' and data_type in ('FLOAT', 'DOUBLE')"
        ).fetchall()
        assert len(columns) > 10
        wrong = [
            f"{table}.{column}"
            for table, column in columns
            if con.execute(
                f'select count(*) from ml."{table}" where not isfinite("{column}")'
            ).fetchone()[0]
        ]
    assert wrong == []
