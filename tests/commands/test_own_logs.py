"""The page on own logs, from its header to recommend(): its commands on a log like its own."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from workbench import BIN, ROOT, ask, build, clean_environment, copy_project

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "own_logs.md").read_text(encoding="utf-8")
WALK = PAGE[PAGE.index("## From the header") : PAGE.index("## What reelrank.toml")]
HEADER = re.search(r"```\n(viewer.*)\n(.*)\n```", WALK)
# The simulated log as that service would write it: its ids, seconds, commas, Berlin's calendar.
SERVICE = """
copy (
    select
        printf('u-5e1f-%03d', user_id::integer) as viewer,
        printf('clip-%04d', video_id::integer) as clip,
        replace((play_duration::integer / 1000)::varchar, '.', ',') as watched,
        replace((video_duration::integer / 1000)::varchar, '.', ',') as duration,
        strftime(
            timezone('Europe/Berlin', to_timestamp(timestamp::double)), '%d.%m.%Y %H:%M:%S'
        ) as started
    from read_csv('{source}', all_varchar = true)
    where timestamp != ''
    order by hash(timestamp)
) to '{target}' (delimiter ';', quote '')
"""


@dataclass(frozen=True)
class Walk:
    """What the commands of the page said, in order, and the database they made."""

    said: list[str]
    database: Path


def commands() -> list[str]:
    return re.findall(r"```bash\n(.*?)```", WALK, re.DOTALL)


@pytest.fixture(scope="module")
def walk(tiny_source: Path, tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """Do what the page says, in a copy of the checkout."""
    root = copy_project(tmp_path_factory.mktemp("page") / "reelrank")
    places = {"source": tiny_source / "big_matrix.csv", "target": root / "views.csv"}
    duckdb.connect().execute(SERVICE.format(**places))
    (root / "logs").mkdir()
    environment = clean_environment(REELRANK_VENV=sys.prefix)
    environment["PATH"] = f"{BIN}:{environment['PATH']}"
    said = []
    for number, command in enumerate(commands()):
        if number == 2:  # what the dry run showed is written down
            toml = re.search(r"```toml\n(.*?)```", WALK, re.DOTALL)[1]
            (root / "logs" / "reelrank.toml").write_text(toml)
        first, script, *options = shlex.split(command.replace("\\\n", " "))
        if [first, script] == ["bash", "scripts/run.sh"]:
            done = build(*options, root=root)
        else:
            done = subprocess.run(
                ["bash", "-c", command],
                cwd=root, env=environment, capture_output=True, text=True, check=False,
            )  # fmt: skip
        assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        said.append(done.stdout)
    return Walk(said, root / "reelrank.duckdb")


def test_the_log_of_the_page_has_its_header_and_its_forms(walk: Walk):
    header, line = (walk.database.parent / "views.csv").read_text().splitlines()[:2]
    assert header == HEADER[1]
    assert re.sub(r"\w", "x", re.sub(r"\d+", "9", line)) == re.sub(
        r"\w", "x", re.sub(r"\d+", "9", HEADER[2])
    )


def test_the_dry_run_shows_rows_units_and_what_is_set_aside_and_builds_nothing(walk: Walk):
    look = walk.said[1]
    assert re.search(r"user u-5e1f-\d{3} watched [\d.]+ s of video clip-\d{4} \([\d.]+ s, ", look)
    for words in ("clock of Europe/Berlin", "play_duration", "seconds", "timestamp", "day first"):
        assert words in look, look
    kept = r"big_matrix: [\d,]+ rows read, [\d,]+ kept, [\d,]+ repeated, 0 rejected"
    assert re.search(kept, look), look
    assert "Worth knowing" not in look


def test_the_last_command_recommends_videos_to_a_user_of_the_log(walk: Walk):
    assert len(re.findall(r"clip-\d{4}", walk.said[3])) == 10


def test_every_user_of_the_log_gets_recommendations(walk: Walk):
    (row,) = ask(
        walk.database,
        "select count(*) as users, min(videos) as shortest,"
        " (select count(distinct user_id) from staging.stg_interactions) as all_users"
        " from (select user_id, count(*) as videos from ml.recommendations group by user_id)",
    )
    assert row["users"] == row["all_users"]
    assert row["shortest"] >= 10


def test_vectors_name_the_users_and_videos_of_the_log(walk: Walk):
    rows = ask(
        walk.database,
        "select distinct entity, left(shown_id, 5) as begins from ml.embedding_vectors"
        " where shown_id is not null and (contains(entity, 'user') or contains(entity, 'video'))",
    )
    assert {("user" in row["entity"], row["begins"]) for row in rows} == {
        (True, "u-5e1"),
        (False, "clip-"),
    }


def test_the_holdout_is_judged_and_the_dense_matrix_is_not(walk: Walk):
    protocols = {row["protocol"] for row in ask(walk.database, "select protocol from ml.metrics")}
    assert {"holdout", "end_to_end"} <= protocols
    assert "dense" not in protocols


def test_the_source_is_called_own_logs_and_not_simulated(walk: Walk):
    (row,) = ask(walk.database, "select data_source, is_simulated from ml.runs")
    assert row == {"data_source": "own logs (logs)", "is_simulated": False}
    text = (walk.database.parent / "reports" / "report.html").read_text("utf-8")
    shown = text[text.index("<body>") : text.index('<script type="application/json"')]
    assert "own logs" in shown and "simulat" not in shown.lower()


@pytest.mark.parametrize(
    "question",
    [
        "recommend('{user}')", "candidates('{user}')", "similar_videos('{video}')",
        "similar_users('{user}')", "user_profile('{user}')", "video_profile('{video}')",
        "explain('{user}', '{video}')", "leaderboard()", "data_quality()",
    ],
)  # fmt: skip
def test_the_database_answers_on_five_columns(walk: Walk, question: str):
    (pair,) = ask(
        walk.database,
        "select user_id as user, video_id as video from ml.recommendations where rank = 1"
        " and video_id in (select video_id from ml.video_factors)"
        " and user_id in (select user_id from ml.user_factors) order by user_id limit 1",
    )
    assert ask(walk.database, "from " + question.format(**pair))
