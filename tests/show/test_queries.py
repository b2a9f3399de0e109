"""The example queries of scripts/queries, each run through the real duckdb command line."""

import csv
import subprocess
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from rendered_questions import ROOT

QUERIES = sorted((ROOT / "scripts" / "queries").glob("*.sql"))


def test_there_are_a_dozen_numbered_without_gaps() -> None:
    assert len(QUERIES) >= 12
    assert [int(path.name[:2]) for path in QUERIES] == list(range(1, len(QUERIES) + 1))


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_it_asks_a_question_and_the_database_answers(path: Path, database: Path, cli: str) -> None:
    first = path.read_text("utf-8").splitlines()[0]
    assert first.startswith("-- ") and first.endswith("?")
    done = subprocess.run(
        [cli, "-readonly", "-csv", str(database), f".read {path}"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0 and not done.stderr, done.stderr
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert rows, "at least one row"
    assert all(row["data"] == "simulated KuaiRec (small, seed 42)" for row in rows)


def answer(database: Path, name: str) -> list[dict]:
    path = next(path for path in QUERIES if path.stem.endswith(name))
    with duckdb.connect(database, read_only=True) as con:
        found = con.execute(path.read_text("utf-8"))
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_hours_count_every_view_once(database: Path) -> None:
    rows = answer(database, "when_people_watch")
    assert sum(row["views"] for row in rows) == 60 * 80
    assert [row["hour_of_day"] for row in rows] == list(range(24))


def test_the_error_by_length_is_the_error_worked_out_by_hand(
    database: Path, ask: Callable[[str], list[dict]]
) -> None:
    rows = answer(database, "where_the_model_is_wrong")
    by_hand = ask(
        "select avg(abs(predicted_watch_ratio - least(watch_ratio, 5))) as error, "
        "count(*) as events from ml.predictions where protocol = 'holdout' "
        "and run_id like '%default' and video_duration_ms between 10000 and 19999"
    )[0]
    row = next(row for row in rows if row["length"] == "10 to 20 s")
    assert row["events"] == by_hand["events"]
    assert row["mean_absolute_error"] == pytest.approx(by_hand["error"], abs=1e-3)


def test_every_place_of_the_top_ten_is_counted(database: Path) -> None:
    rows = answer(database, "what_the_ranker_changed")
    assert sum(row["videos_in_top_10"] for row in rows) == 60 * 10
    assert sum(row["share"] for row in rows) == pytest.approx(1, abs=0.01)


def test_shares_of_gain_add_up_to_one_per_head(database: Path) -> None:
    rows = answer(database, "what_the_ranker_looks_at")
    for head in {row["head"] for row in rows}:
        shares = [row["share_of_gain"] for row in rows if row["head"] == head]
        assert sum(shares) == pytest.approx(1, abs=0.01)
