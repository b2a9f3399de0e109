"""What is said when the database is not as it should be."""

import contextlib
import io
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import report as report_module
import train as train_module
from reelrank.errors import UserError
from reelrank.warehouse.checks import check_ready
from reelrank.warehouse.connection import open_for_reading, reopen_for_writing
from reelrank_cli.train_options import read_options

ROOT = Path(__file__).parents[2]


def train(db, *options):
    """Run the command in this process; what it printed, as of a process that ended."""
    said, results = io.StringIO(), io.StringIO()
    arguments = ["--db", str(db), *options]
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(results):
        try:
            code = train_module.main(arguments)
        except SystemExit as ended:
            code = ended.code
    return subprocess.CompletedProcess(arguments, code, results.getvalue(), said.getvalue())


def train_alone(db, *options):
    """The same in a process of its own, which does not share locks with this one."""
    done = subprocess.run(
        [sys.executable, "models_py/train.py", "--db", str(db), *options],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done


def assert_refused(done, *said):
    assert done.returncode == 1
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 2, done.stderr
    for text in said:
        assert text in done.stderr


def change(db, sql):
    with duckdb.connect(str(db)) as con:
        con.execute(sql)


def test_no_database_says_what_to_run(tmp_path):
    assert_refused(train(tmp_path / "none.duckdb"), "none.duckdb", "scripts/run.sh", "dbt run")


def test_a_folder_or_another_file_is_no_database(tmp_path):
    assert_refused(train(tmp_path), "There is no database")
    (tmp_path / "x.duckdb").write_text("hello " * 1000)
    assert_refused(train(tmp_path / "x.duckdb"), "is not a database")


def test_an_empty_database_says_dbt_run(tmp_path):
    change(tmp_path / "empty.duckdb", "select 1")
    assert_refused(train(tmp_path / "empty.duckdb"), "dbt has not built", "dbt run")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("update staging.build_state set is_complete = false", "did not finish"),
        ("update staging.build_state set schema_version = 0", "another version"),
        ("drop table training.als_confidences", "training.als_confidences"),
        (
            "insert into training.log_findings"
            " values (20, 'too_few_events', 'error', 'The log has one event.', 'Give more.')",
            "The log has one event.",
        ),
        ("update training.feature_catalog set feature_sets = []", "no feature of set"),
        (
            "create schema ml; create table ml.schema_version as select 0 as version",
            "layout 0",
        ),
        ("delete from training.split_boundary", "split_boundary is empty"),
    ],
)
def test_what_is_missing_or_old_is_named(db, sql, said):
    change(db, sql)
    before = db.read_bytes()
    assert_refused(train(db), said)
    assert db.read_bytes() == before


def test_the_report_reads_no_results_of_another_layout(db, capsys):
    change(db, "create schema ml; create table ml.schema_version as select 0 as version")
    assert report_module.main(["--db", str(db), "--dry-run"]) == 1
    assert "layout 0" in capsys.readouterr().err


def test_too_little_memory_for_the_report_is_reported(first_run, tmp_path, capsys):
    db, _ = first_run
    place = ["--db", str(db), "--out", str(tmp_path / "page.html")]
    assert report_module.main([*place, "--memory-limit", "1MB"]) == 1
    problem, remedy = capsys.readouterr().err.strip().splitlines()[-2:]
    assert "memory" in problem.lower()
    assert "--memory-limit" in remedy
    assert list(tmp_path.iterdir()) == []


def test_a_writer_that_holds_the_file_is_named(db):
    with duckdb.connect(str(db)):
        done = train_alone(db)
    assert_refused(done, "is in use by", "PID", "readonly")


def test_a_reader_that_stays_is_waited_for_and_then_named(db, quick_preset):
    hold = (
        "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True);"
        "print('open', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, str(db)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout.readline() == "open\n"
    done = train_alone(
        db, "--preset", str(quick_preset), "--resamples", "100", "--lock-timeout", "1"
    )
    holder.communicate()
    assert done.returncode == 1
    assert f"PID {holder.pid}" in done.stderr
    assert "waiting to publish" in done.stderr
    with duckdb.connect(str(db), read_only=True) as con:
        assert con.execute("select count(*) from duckdb_schemas() where schema_name = 'ml'"
                           ).fetchone() == (0,)  # fmt: skip


def test_temp_tables_outlive_the_change_to_writing(db):
    with open_for_reading(db, threads=1, memory_limit="200MB") as con:
        con.execute("create temp table kept as select 42 as answer")
        with pytest.raises(duckdb.Error):
            con.execute("create table t as select 1")
        reopen_for_writing(con, db, wait_seconds=0)
        con.execute("create table t as from kept")
    with duckdb.connect(str(db), read_only=True) as con:
        assert con.execute("from t").fetchall() == [(42,)]


@pytest.mark.parametrize("name", ['it\'s a "file".duckdb', "mit Leerzeichen.duckdb", "看.duckdb"])
def test_odd_file_names_work(tmp_path, name):
    path = tmp_path / name
    with duckdb.connect(str(path)) as con:
        con.execute((Path(__file__).parent / "little_warehouse.sql").read_text())
    with open_for_reading(path, threads=1, memory_limit="200MB") as con:
        check_ready(con)
        assert con.execute("select count(*) from training.ranker_rows").fetchone()[0] > 4000


def test_spilled_files_of_dead_processes_are_removed(db):
    spill = db.with_name(db.name + ".tmp")
    for name in ("train-999999999", "train-1", "other"):
        (spill / name).mkdir(parents=True)
    with open_for_reading(db, threads=1, memory_limit="200MB"):
        pass
    assert sorted(path.name for path in spill.iterdir()) == ["other", "train-1"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--threads", "0"], ["--threads", "many"], ["--seed", "-1"], ["--keep-runs", "0"],
        ["--resamples", "1"], ["--no-such"], ["--lock-timeout", "1e9"], ["extra"],
    ],
)  # fmt: skip
def test_odd_options_are_the_users_to_fix(arguments):
    with pytest.raises(UserError, match="reelrank train"):
        read_options(arguments)


def test_an_odd_memory_limit_is_named(db):
    assert_refused(train(db, "--memory-limit", "much"), "much", "--memory-limit 3GB")


def test_help_is_grouped_and_has_defaults_and_examples():
    done = train("x", "--help")
    assert done.returncode == 0
    for text in ("what to train:", "the machine:", "results:", "examples:", "(default: 42)"):
        assert text in done.stdout
