"""dbt test, train.py and duckdb on their own; what each says when it comes too soon."""

import re
import sys
from pathlib import Path

import pytest
from workbench import BIN, ROOT, Job, command, copy_project, dbt, is_polite, train

pytestmark = pytest.mark.slow


def test_dbt_test_passes_with_every_data_test_and_every_unit_test(job: Job, tmp_path: Path):
    tested = dbt("test", database=job.copy_database(tmp_path), data=job.data)
    assert tested.returncode == 0, tested.stdout[-3000:]
    assert " ERROR=0 " in tested.stdout
    assert int(re.search(r"PASS=(\d+)", tested.stdout)[1]) > 100
    assert re.search(r"[1-9]\d* unit tests", tested.stdout)


def test_the_duckdb_of_the_environment_reads_the_metrics(job: Job):
    shown = command(BIN / "duckdb", job.database.name, "from ml.metrics", cwd=job.root)
    assert shown.returncode == 0, shown.stderr
    assert "ndcg" in shown.stdout


def test_a_dry_run_of_training_names_the_data_and_writes_nothing(job: Job):
    planned = train(job.database, "--dry-run", cwd=job.root)
    assert planned.returncode == 0, planned.stderr
    assert "simulated KuaiRec (tiny, seed 42)" in planned.stdout
    assert "Nothing was written" in planned.stdout


def test_dbt_run_without_data_says_how_to_get_some(tmp_path: Path):
    root = copy_project(tmp_path / "no data")
    failed = command(BIN / "dbt", "--no-use-colors", "run", cwd=root)
    assert failed.returncode != 0
    assert "Traceback" not in failed.stdout
    assert "big_matrix.csv" in failed.stdout
    assert "data/simulated" in failed.stdout
    assert "scripts/simulate_kuairec.py" in failed.stdout


def test_dbt_test_without_tables_says_to_run_dbt_first(job: Job, tmp_path: Path):
    failed = dbt("test", database=tmp_path / "empty.duckdb", data=job.data)
    assert failed.returncode != 0
    assert "dbt run" in failed.stdout


def test_training_without_a_database_or_tables_says_what_to_run_first(tmp_path: Path):
    failed = train(tmp_path / "none.duckdb")
    assert is_polite(failed)
    assert "scripts/run.sh" in failed.stderr
    assert not (tmp_path / "none.duckdb").exists()

    empty = tmp_path / "empty.duckdb"
    command(BIN / "duckdb", empty, "create table t as select 1 as a")
    failed = train(empty)
    assert is_polite(failed)
    assert "dbt run" in failed.stderr


def test_training_refuses_an_unfinished_build_and_one_of_another_version(job: Job, tmp_path: Path):
    database = job.copy_database(tmp_path)
    for change, word in (
        ("is_complete = false", "did not finish"),
        ("is_complete = true, schema_version = 0", "another version"),
    ):
        command(BIN / "duckdb", database, f"update staging.build_state set {change}")
        failed = train(database)
        assert is_polite(failed)
        assert word in failed.stderr
        assert "dbt run" in failed.stderr


@pytest.mark.parametrize(
    "options",
    [
        ["--preset", "no such preset"],
        ["--preset", "../../etc/passwd"],
        ["--preset", "default'; drop table ml.runs; --"],
        ["--seed", "-1"],
        ["--seed", "1e3"],
        ["--seed", "9" * 40],
        ["--threads", "0"],
        ["--memory-limit", "'; drop schema ml; --"],
        ["--memory-limit", "much"],
        ["--keep-runs", "0"],
        ["--no-such-option"],
        ["--db", ""],
        ["--db", "."],
        ["--db", "x" * 5000],
        ["--db", "\udcff\udcfe.duckdb"],
    ],
    ids=lambda options: " ".join(options)[:40].encode("ascii", "replace").decode(),
)
def test_odd_options_of_training_are_refused_in_words(job: Job, options: list[str]):
    arguments = options if "--db" in options else ["--db", str(job.database), *options]
    failed = command(sys.executable, "models_py/train.py", *arguments, cwd=ROOT)
    assert failed.returncode in (1, 2)
    has_traceback = "Traceback" in failed.stderr
    assert not has_traceback, failed.stderr[-2000:]
    assert failed.stderr.strip()
