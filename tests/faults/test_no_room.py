"""Full disk, forbidden folders, too little memory: words, exit code 1, and nothing lost."""

import hashlib
import os
import shutil
import sys
from pathlib import Path

import pytest
from presets_as_text import write_preset
from reelrank.warehouse.faults import diagnose
from workbench import (
    ROOT,
    Job,
    ask,
    build,
    command,
    copy_project,
    dbt_alone,
    dbt_target,
    is_polite,
    python,
    train,
)

pytestmark = pytest.mark.slow


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def runs_in(database: Path) -> list[dict]:
    return ask(database, "select run_id, (select count(*) from ml.metrics) as n from ml.runs")


def places(root: Path) -> dict[str, str | Path]:
    return {"REELRANK_VENV": sys.prefix, "DBT_TARGET_PATH": dbt_target(root)}


def obeying_permissions(*arguments: str | Path, cwd: Path) -> object:
    """Run a command that permissions bind, root's too."""
    prefix: list[str] = []
    if os.geteuid() == 0:
        if not shutil.which("setpriv"):
            pytest.skip("permissions do not bind root, and there is no setpriv to make them")
        prefix = ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"]
    return command(*prefix, *arguments, cwd=cwd, **places(cwd))


def test_training_on_a_full_disk_keeps_the_last_results(job: Job, tmp_path: Path):
    database = job.copy_database()
    before = runs_in(database)
    room = database.stat().st_size + 2**18
    preset = write_preset(tmp_path / "quick.toml")
    options = ["--preset", preset, "--resamples", "100"]
    failed = train(database, *options, cwd=job.root, file_limit=room)
    assert is_polite(failed), failed.stderr[-2000:]
    assert "Make room" in failed.stderr
    assert runs_in(database) == before


def test_building_on_a_full_disk_is_reported_in_two_lines_and_keeps_the_results(job: Job):
    database = job.copy_database()
    before = runs_in(database)
    room = database.stat().st_size + 2**16
    options = ["--data", job.data, "--db", database, "--force"]
    failed = build(*options, root=job.root, file_limit=room)
    assert is_polite(failed), failed.stderr[-2000:]
    assert "is full" in failed.stderr
    assert runs_in(database) == before


def test_a_database_that_may_not_be_written_is_reported_and_untouched(job: Job):
    database = job.copy_database()
    folder = database.parent
    before = digest(database)
    database.chmod(0o444)
    folder.chmod(0o555)
    script = job.root / "models_py" / "train.py"
    run = ["bash", job.root / "scripts" / "run.sh", "--data", job.data, "--db", database]
    try:
        for arguments in ([sys.executable, script, "--db", database], run):
            failed = obeying_permissions(*arguments, cwd=job.root)
            assert is_polite(failed), failed.stderr[-2000:]
            assert "permission" in failed.stderr.lower()
        assert digest(database) == before
    finally:
        folder.chmod(0o755)


def test_a_checkout_that_may_not_be_written_is_reported(job: Job, tmp_path: Path):
    root = copy_project(tmp_path / "read only")
    run = ["bash", root / "scripts" / "run.sh", "--data", job.data, "--db", tmp_path / "a.duckdb"]
    root.chmod(0o555)
    try:
        failed = obeying_permissions(*run, cwd=root)
    finally:
        root.chmod(0o755)
    assert is_polite(failed), failed.stderr[-2000:]
    assert "Permission denied" in failed.stderr
    assert len(failed.stderr.splitlines()) <= 3


SPILL = """
import sys
from pathlib import Path
import duckdb
from reelrank.warehouse.connection import open_for_reading
from reelrank.warehouse.faults import explain_shortage

try:
    with open_for_reading(Path(sys.argv[1]), threads=1, memory_limit="20MB") as con:
        con.execute("create temp table t as select md5(i::varchar) from range(3_000_000) as r(i)")
except duckdb.IOException as error:
    print(explain_shortage(error))
"""


def test_a_temp_folder_that_may_not_be_written_is_reported(job: Job):
    database = job.copy_database()
    spill = database.with_name(f"{database.name}.tmp")
    spill.mkdir(mode=0o555)
    told = obeying_permissions(sys.executable, "-c", SPILL, database, cwd=job.root / "models_py")
    assert told.returncode == 0, told.stderr
    problem, remedy = told.stdout.splitlines()
    assert str(spill) in problem and "Permission denied" in problem
    assert "--memory-limit" in remedy


SPILLING_MODEL = """
{{ config(materialized='table') }}
select md5(cast(i as varchar)) as text from range(3_000_000) as numbers (i) order by text
"""
AFTER_SPILLING = """
{{ config(materialized='table') }}
select count(*) as n from {{ ref('spilled') }}
"""


def test_a_build_that_spills_goes_on_with_the_next_table(tmp_path: Path):
    """The project's profile with two models, the first too large for the memory it gets."""
    root = tmp_path / "spilling"
    (root / "models").mkdir(parents=True)
    shutil.copy2(ROOT / "profiles.yml", root)
    (root / "dbt_project.yml").write_text("{name: spilling, profile: reelrank}")
    (root / "models" / "spilled.sql").write_text(SPILLING_MODEL)
    (root / "models" / "after.sql").write_text(AFTER_SPILLING)
    database = tmp_path / "spilling.duckdb"
    built = dbt_alone(
        "run", database=database, data=root, cwd=root, REELRANK_MEMORY_LIMIT="90MB"
    )  # fmt: skip
    assert built.returncode == 0, built.stdout[-2000:]
    assert ask(database, "from after") == [{"n": 3_000_000}]


def test_simulating_on_a_full_disk_leaves_nothing(job: Job, tmp_path: Path):
    script = job.root / "scripts" / "simulate_kuairec.py"
    options = ["--out", tmp_path / "data", "--scale", "tiny"]
    failed = python(script, *options, cwd=job.root, file_limit=300_000)
    assert is_polite(failed), failed.stderr[-2000:]
    assert "nothing was written" in failed.stderr and "make room" in failed.stderr
    assert list(tmp_path.iterdir()) == []


def test_too_little_memory_is_reported_with_how_to_give_more(job: Job):
    database = job.copy_database()
    before = runs_in(database)
    failed = build(
        "--data", job.data, "--db", database, root=job.root, REELRANK_MEMORY_LIMIT="4MB"
    )  # fmt: skip
    assert is_polite(failed), failed.stderr[-2000:]
    assert "REELRANK_MEMORY_LIMIT=" in failed.stderr
    assert runs_in(database) == before

    failed = train(database, "--memory-limit", "4MB", cwd=job.root)
    assert is_polite(failed), failed.stderr[-2000:]
    assert "memory" in failed.stderr.lower()
    assert runs_in(database) == before


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("IO Error: Could not write file: No space left on device", "is full"),
        ("Out of Memory Error: failed to allocate data of size 16.0 KiB", "memory limit"),
        ("IO Error: Cannot open file: Permission denied", "may not be written"),
        ('Cannot open file "/a/duckdb_temp_storage_DEFAULT-0.tmp": Permission denied', "memory"),
        ('IO Error: Failed to create directory "/a/b.tmp": Permission denied', "/a/b.tmp"),
        ("IO Error: it is not a valid DuckDB database file!", "not a database"),
        ("Conflicting lock is held in /usr/bin/python (PID 12) by user a", "PID 12"),
    ],
)  # fmt: skip
def test_what_duckdb_says_becomes_two_lines(said: str, word: str):
    told = diagnose(said, "some.duckdb")
    assert word in told.problem
    assert told.remedy


def test_what_is_not_known_is_not_guessed():
    assert diagnose("Binder Error: column a not found", "some.duckdb") is None
