"""While somebody writes: who holds the file and what to do is told, and nothing breaks."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from workbench import BIN, Job, build, command, dbt, is_polite, train

HOLD = """
import duckdb, sys
con = duckdb.connect(sys.argv[1])
con.execute("create table main.held as select 1 as a")
print("held", flush=True)
sys.stdin.read()
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def held(job: Job) -> Iterator[tuple[Path, int]]:
    """A database that another process writes to, and that process."""
    database = job.copy_database()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, database],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        yield database, holder.pid
        holder.stdin.close()


def test_every_command_says_who_holds_the_file_and_nothing_is_lost(job: Job, held):
    database, pid = held

    training = train(database, cwd=job.root)
    assert is_polite(training)
    assert f"PID {pid}" in training.stderr
    assert "duckdb -readonly" in training.stderr

    whole = build("--data", job.data, "--db", database, root=job.root)
    assert is_polite(whole)
    assert f"PID {pid}" in whole.stderr
    assert "duckdb -readonly" in whole.stderr

    alone = dbt("run", database=database, data=job.data, cwd=job.root)
    assert alone.returncode != 0
    assert f"PID {pid}" in alone.stdout
    assert "duckdb -readonly" in alone.stdout
    assert "Traceback" not in alone.stdout

    reader = command(BIN / "duckdb", "-readonly", database, "from ml.runs")
    assert reader.returncode != 0
    assert f"PID {pid}" in reader.stderr


def test_after_the_writer_has_gone_its_rows_and_ours_are_there(job: Job):
    database = job.copy_database()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, database],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        assert train(database, cwd=job.root).returncode == 1
        holder.kill()
    rows = command(
        BIN / "duckdb",
        "-readonly",
        "-csv",
        database,
        "select (select count(*) from main.held), (select count(*) from ml.runs)",
    )
    assert rows.returncode == 0, rows.stderr
    assert rows.stdout.splitlines()[1] == "1,1"


def test_many_readers_read_at_once(job: Job):
    readers = [
        subprocess.Popen(
            [BIN / "duckdb", "-readonly", "-csv", job.database, "select count(*) from ml.metrics"],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    answers = {reader.communicate()[0] for reader in readers}
    assert all(reader.returncode == 0 for reader in readers)
    assert len(answers) == 1
