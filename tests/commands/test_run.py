"""`bash scripts/run.sh` from a fresh clone in an oddly named folder, and what stops it."""

import contextlib
import fcntl
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from workbench import Job, ask, build, copy_project, is_polite, run_job, where

pytestmark = pytest.mark.slow


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_it_ends_with_results_their_source_the_time_the_page_and_questions_to_ask(job: Job):
    said = (job.root.parent / "said.txt").read_text()
    assert re.search(r"nDCG@10 of run \S+-default, SIMULATED data: simulated KuaiRec \(tiny", said)
    for line in (
        r"  ranker +\.\d{3} ±\.\d{3}",
        r"  shortest_first +\.\d{3}",
        r"  two_stage .*\.\d{3} ±\.\d{3}",
        r"  big_matrix +[\d,]+ +[\d,]+",
        r"Took \d+ s: data \d+ s, tables \d+ s, training default \d+ s, report \d+ s",
        r"Page: .+ü\.html",
    ):
        assert re.search(line, said), f"{line} is not in\n{said}"
    assert job.report.stat().st_size > 10_000


def test_the_questions_it_suggests_work_as_printed_from_the_root(job: Job):
    said = (job.root.parent / "said.txt").read_text()
    questions = said.split("Ask it:\n")[1].strip().splitlines()
    assert len(questions) == 3
    for question in questions:
        answer = subprocess.run(
            ["bash", "-c", question], cwd=job.root, capture_output=True, text=True, check=False
        )
        assert answer.returncode == 0, answer.stderr
        assert "rows" in answer.stdout


def test_dbt_has_read_the_project_before_the_data_are_there(job: Job):
    said = (job.root / ".reelrank" / "dbt-build.log").read_text()
    assert "Completed" in said
    assert "full parse" not in said


def test_everything_it_shows_is_what_the_database_holds(job: Job):
    said = (job.root.parent / "said.txt").read_text()
    shown = re.search(r"  ranker +(\.\d{3})", said)[1]
    rows = ask(
        job.database,
        "select value from ml.metrics where metric = 'ndcg' and k = 10 and protocol = 'dense_test'"
        " and relevance = 'long_view' and model = 'ranker'",
    )
    assert len(rows) == 1
    assert float(rows[0]["value"]) == pytest.approx(float(shown), abs=5e-4)


def test_it_prints_the_load_report_whole(job: Job):
    said = (job.root.parent / "said.txt").read_text()
    report = ask(
        job.database,
        "select file, rows_read, rows_kept, rows_watched_again, rows_duplicate, rows_rejected,"
        " users, videos, first_event_at::date::varchar as first_day,"
        " last_event_at::date::varchar as last_day from staging.load_report order by file",
    )
    assert len(report) == 7
    printed = said.split("\nread ")[1].splitlines()[1:8]
    for row, line in zip(report, printed, strict=True):
        expected = ["-" if value is None else str(value) for value in row.values()]
        assert line.replace(",", "").split() == expected


def test_a_second_run_reuses_everything_and_changes_nothing(job: Job):
    before = digest(job.database)
    again = run_job("--scale", "tiny", *where(job), root=job.root)
    assert again.returncode == 0, again.stderr
    for step in ("tables", "training default", "report"):
        assert f"{step}: current, reused" in again.stderr
    assert digest(job.database) == before


def test_a_dry_run_says_what_is_current_and_what_another_seed_would_do(job: Job):
    plan = build("--scale", "tiny", *where(job), "--dry-run", root=job.root).stdout
    assert "tables    current, would be reused" in plan
    assert "training  current, would be reused" in plan
    other = build("--scale", "tiny", "--seed", "3", *where(job), "--dry-run", root=job.root)
    assert "to be simulated" in other.stdout
    assert "tables    would be made" in other.stdout


def test_json_is_the_results_and_nothing_else_and_the_plan_of_a_dry_run(job: Job):
    options = ["--scale", "tiny", *where(job), "--json"]
    done = json.loads(build(*options, root=job.root).stdout)
    assert done["is_simulated"] is True
    assert done["report"] == str(job.report)
    assert set(done["reused"]) == {"tables", "training default", "report"}
    stored = ask(job.database, "select count(*) as n from staging.load_report")
    assert len(done["files"]) == stored[0]["n"]
    ranker = [row for row in done["results"] if row["model"] == "ranker"]
    assert all(row["ci_low"] <= row["value"] <= row["ci_high"] for row in ranker) and ranker
    plan = json.loads(build(*options, "--dry-run", root=job.root).stdout)
    assert plan["reuses_training"] == {"default": True} and plan["reuses_tables"] is True


def without_column(file: Path, name: str) -> None:
    lines = file.read_text(encoding="utf-8").split("\n")
    lines[0] = lines[0].replace(name, f"not_{name}")
    file.write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda d: (d / "big_matrix.csv").unlink(), ["big_matrix.csv is missing", "--data DIR"]),
        (lambda d: (d / "user_features.csv").write_bytes(b""), ["user_features.csv", "empty"]),
        (lambda d: without_column(d / "big_matrix.csv", "video_duration"),
         ["big_matrix.csv", "video_duration", "missing"]),
    ],
    ids=["no log", "an empty file", "no column"],
)  # fmt: skip
def test_a_wrong_source_is_reported_in_two_lines_and_the_results_stay(job: Job, damage, words):
    data, database = job.copy_data(), job.copy_database()
    before = digest(database)
    damage(data)
    failed = build("--data", data, "--db", database, root=job.root)
    assert is_polite(failed), failed.stderr
    problem = failed.stderr[failed.stderr.index("error: ") :]
    assert len(problem.strip().splitlines()) == 2
    for word in words:
        assert word in problem
    assert digest(database) == before


def test_wrong_folders_and_places_are_reported_before_anything_starts(job: Job, tmp_path: Path):
    nowhere = tmp_path / "nowhere"
    nested = tmp_path / "parent"
    nested.mkdir()
    shutil.copytree(job.data, nested / "data")
    cases = {
        "There is no folder": ["--data", nowhere],
        f"--data '{nested / 'data'}'": ["--data", nested],
        "is a folder, not a database": ["--data", job.data, "--db", tmp_path],
        "no folder": ["--data", job.data, "--db", nowhere / "a.duckdb"],
    }
    for words, options in cases.items():
        failed = build(*options, root=job.root)
        assert is_polite(failed), failed.stderr
        assert words in failed.stderr
        assert len(failed.stderr.strip().splitlines()) == 2


def test_the_help_needs_no_environment_and_shows_groups_defaults_and_examples(tmp_path: Path):
    bare = copy_project(tmp_path / "bare")
    shown = run_job("--help", root=bare, REELRANK_VENV=tmp_path / "none")
    assert shown.returncode == 0, shown.stderr
    for word in ("--data DIR", "--scale", "--preset", "--db FILE", "default: small", "examples:"):
        assert word in shown.stdout


def test_another_run_on_the_same_database_hears_who_works_there(job: Job):
    locks = list((job.root / ".reelrank").glob("steps-*.lock"))  # one per database used so far
    with contextlib.ExitStack() as held:
        for lock in locks:
            file = held.enter_context(lock.open("w"))
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write("4711")
            file.flush()
        failed = build("--scale", "tiny", *where(job), root=job.root)
    assert is_polite(failed)
    assert "(PID 4711) is at work on" in failed.stderr
