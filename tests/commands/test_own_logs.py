"""A log with five columns under other names, and nothing else, goes through the whole job."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

NAMES = {
    "user_id": "viewer",
    "video_id": "clip",
    "play_duration": "watched_ms",
    "video_duration": "length_ms",
    "timestamp": "started_at",
}


@pytest.fixture(scope="module")
def database(tiny_source: Path, repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of dbt run and train.py on such a log."""
    folder = tmp_path_factory.mktemp("own logs")
    columns = ", ".join(f"{theirs} as {ours}" for theirs, ours in NAMES.items())
    source = duckdb.read_csv(str(tiny_source / "big_matrix.csv"), all_varchar=True)
    source.project(columns).order("hash(started_at)").write_csv(str(folder / "big_matrix.csv"))
    path = folder / "own.duckdb"
    renamed = ", ".join(f"{theirs}: {ours}" for theirs, ours in NAMES.items())
    environment = os.environ | {"REELRANK_DATA_DIR": str(folder), "REELRANK_DB": str(path)}
    for command in (
        [
            str(Path(sys.executable).with_name("dbt")),
            *("build", "--exclude-resource-type", "unit_test"),
            *("--vars", f"{{column_names: {{big_matrix: {{{renamed}}}}}}}"),
            *("--target-path", str(folder / "target"), "--log-path", str(folder)),
        ],
        [sys.executable, "models_py/train.py", "--db", str(path), "--resamples", "100"],
    ):
        done = subprocess.run(
            command, cwd=repo_root, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return path


@pytest.mark.slow
def test_every_user_of_the_log_gets_recommendations(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as con:
        users, listed, shortest = con.execute(
            "select (select count(distinct user_id) from staging.stg_interactions), "
            "count(*), min(videos) from (select user_id, count(*) as videos "
            "from ml.recommendations group by user_id)"
        ).fetchone()
    assert users == listed
    assert shortest == 100


@pytest.mark.slow
def test_the_holdout_is_judged_and_the_dense_matrix_is_not(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as con:
        protocols = {
            name for (name,) in con.execute("select distinct protocol from ml.metrics").fetchall()
        }
    assert {"holdout", "end_to_end"} <= protocols
    assert "dense" not in protocols


@pytest.mark.slow
def test_the_source_is_called_own_logs_and_not_simulated(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as con:
        assert con.execute("select data_source, is_simulated from ml.runs").fetchone() == (
            "own logs (own logs0)",
            False,
        )


@pytest.mark.slow
@pytest.mark.parametrize(
    "question",
    [
        "recommend({user})", "candidates({user})", "similar_videos({video})",
        "similar_users({user})", "user_profile({user})", "video_profile({video})",
        "explain({user}, {video})", "leaderboard()", "data_quality()",
    ],
)  # fmt: skip
def test_the_database_answers_on_five_columns_alone(database: Path, question: str) -> None:
    with duckdb.connect(str(database), read_only=True) as con:
        user, video = con.execute(
            "select user_id, video_id from ml.recommendations "
            "where rank = 1 and video_id in (select video_id from ml.video_factors) "
            "and user_id in (select user_id from ml.user_factors) "
            "order by user_id limit 1"
        ).fetchone()
        assert con.execute("from " + question.format(user=user, video=video)).fetchall()


@pytest.mark.slow
def test_the_page_is_made_and_calls_nothing_simulated(
    database: Path, repo_root: Path, tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    done = subprocess.run(
        [sys.executable, "models_py/report.py", "--db", str(database), "--out", str(page)],
        cwd=repo_root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    text = page.read_text("utf-8")
    shown = text[text.index("<body>") : text.index('<script type="application/json"')]
    assert "own logs" in shown and "simulat" not in shown.lower()
