"""dbt test, train.py and duckdb on their own; what each says when it comes too soon."""

import re
from pathlib import Path

import pytest
from forks import Forks
from workbench import BIN, Job, clean_environment, command, copy_project, dbt, is_polite, train

pytestmark = pytest.mark.slow


def test_dbt_test_passes_with_every_data_test_and_every_unit_test(job: Job):
    tested = dbt("test", database=job.copy_database(), data=job.data, cwd=job.root)
    assert tested.returncode == 0, tested.stdout[-3000:]
    assert " ERROR=0 " in tested.stdout
    assert int(re.search(r"PASS=(\d+)", tested.stdout)[1]) > 100
    assert re.search(r"[1-9]\d* unit tests", tested.stdout)


def test_the_duckdb_of_the_environment_reads_the_metrics(job: Job):
    database = job.copy_database()  # without -readonly it locks out every other reader
    shown = command(BIN / "duckdb", database.name, "from ml.metrics", cwd=database.parent)
    assert shown.returncode == 0, shown.stderr
    assert "ndcg" in shown.stdout


def test_a_dry_run_of_training_names_the_data_and_writes_nothing(job: Job):
    planned = train(job.database, "--dry-run", cwd=job.root)
    assert planned.returncode == 0, planned.stderr
    assert "simulated KuaiRec (tiny, seed 42)" in planned.stdout
    assert "Nothing was written" in planned.stdout


def test_dbt_run_without_data_says_how_to_get_some(tmp_path: Path):
    root = copy_project(tmp_path / "no data")
    environment = clean_environment(REELRANK_DB=tmp_path / "none.duckdb")
    failed = Forks("dbt", "--no-use-colors", "run", cwd=root, environment=environment).completed()
    assert failed.returncode != 0
    assert "Traceback" not in failed.stdout
    assert "big_matrix.csv" in failed.stdout
    assert "data/simulated" in failed.stdout
    assert "scripts/simulate_kuairec.py" in failed.stdout


def test_dbt_test_without_tables_says_to_run_dbt_first(job: Job):
    database = job.copy_database()
    database.unlink()
    failed = dbt("test", database=database, data=job.data, cwd=job.root)
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


def test_training_refuses_an_unfinished_build_and_one_of_another_version(job: Job):
    database = job.copy_database()
    for change, word in (
        ("is_complete = false", "did not finish"),
        ("is_complete = true, schema_version = 0", "another version"),
    ):
        command(BIN / "duckdb", database, f"update staging.build_state set {change}")
        failed = train(database)
        assert is_polite(failed)
        assert word in failed.stderr
        assert "dbt run" in failed.stderr
