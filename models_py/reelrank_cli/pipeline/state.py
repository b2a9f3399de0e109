"""Which steps are current: what each was made from, kept in `.reelrank/` per database."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
from reelrank.errors import UserError
from reelrank.publication import published_runs
from reelrank.warehouse.faults import explain_open_error

from reelrank_cli import ROOT

FOLDER = ROOT / ".reelrank"
TABLE_CODE = (
    "dbt_project.yml",
    "profiles.yml",
    "dbt_project/**/*.sql",
    "dbt_project/**/*.yml",
    "models_py/reelrank/dbt_plugins/*.py",
)
REPORT_CODE = ("models_py/report.py", "models_py/reelrank/report/**/*.*")
# a model does not change with the page that shows it, nor with what only dbt runs
MODEL_CODE = (
    "requirements.txt",
    "models_py/reelrank_cli/train.py",
    "models_py/reelrank/**/*.*",
    "!models_py/reelrank/report/**/*.*",
    "!models_py/reelrank/dbt_plugins/*.py",
    "!models_py/reelrank/your_model/**/*.*",
    "!models_py/reelrank/offline/**/*.*",
    "!models_py/reelrank/experiments/**/*.*",
)

# endings of the files that the tables are made from
READ = (".csv", ".tsv", ".txt", ".gz", ".zst", ".parquet", ".json")
SOURCE_FILES = (
    "big_matrix", "small_matrix", "user_features", "item_categories", "item_daily_features",
    "social_network", "kuairec_caption_category",
)  # fmt: skip


def fingerprint_of_code(patterns: tuple[str, ...]) -> str:
    """Hash the files of the repository that match, names and contents; `!` leaves files out."""
    digest = hashlib.sha256()
    files: set[Path] = set()
    for pattern in patterns:
        if pattern.startswith("!"):
            files -= set(ROOT.glob(pattern[1:]))
        else:
            files |= set(ROOT.glob(pattern))
    for file in sorted(files):
        if file.is_file() and file.suffix != ".pyc":
            digest.update(f"{file.relative_to(ROOT)}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def fingerprint_of_data(folder: Path) -> str:
    """Hash name, size and time of the files in a data folder; a gigabyte is not read for it."""
    digest = hashlib.sha256(str(folder.resolve()).encode("utf-8", "surrogateescape"))
    # a file of the source may be a folder of parts
    parts = {part for name in SOURCE_FILES for part in folder.glob(f"{name}/**/*")}
    for file in sorted({*folder.iterdir(), *parts}):
        if file.is_file() and file.name.lower().endswith(READ):
            facts = file.stat()
            text = f"{file.relative_to(folder)}\0{facts.st_size}\0{facts.st_mtime_ns}\0"
            digest.update(text.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:16]


def remembered(database: Path) -> dict[str, str]:
    """Read what the finished steps of this database were made from."""
    try:
        steps = json.loads(_file(database, "json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return steps if isinstance(steps, dict) else {}


def remember(database: Path, step: str, made_from: str) -> None:
    """Record that a step is done; the file is replaced as a whole."""
    file = _file(database, "json")
    file.parent.mkdir(exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(remembered(database) | {step: made_from}, indent=2) + "\n")
    fresh.replace(file)


@contextlib.contextmanager
def alone(database: Path) -> Iterator[None]:
    """Hold the lock of this database, so that two runs do not take turns at one file.

    Raises
    ------
    UserError
        If another run of the job holds it.
    """
    file = _file(database, "lock")
    file.parent.mkdir(exist_ok=True)
    with file.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            raise UserError(
                f"Another scripts/run.sh (PID {lock.read().strip() or 'unknown'}) is at work on "
                f"{database}.",
                "Wait until it ends, or give this run a database of its own with --db FILE.",
            ) from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def built_at(database: Path) -> str | None:
    """When dbt last finished the whole database, as text; None if it did not."""
    sql = "select finished_at::varchar from staging.build_state where is_complete"
    rows = _ask(database, lambda con: con.execute(sql).fetchall())
    return rows[0][0] if rows else None


def latest_run(database: Path, preset: str) -> str | None:
    """Name the last published run of a preset; None if there is none."""
    runs = _ask(database, lambda con: published_runs(con, preset))
    return runs[0]["run_id"] if runs else None


def _ask(database: Path, question: Callable[[duckdb.DuckDBPyConnection], list]) -> list:
    """Rows that a question finds; none where the file or the table does not exist yet."""
    if not database.exists():
        return []
    try:
        con = duckdb.connect(str(database), read_only=True)
    except duckdb.Error as error:
        raise explain_open_error(error, database) from error
    with con:
        try:
            return question(con)
        except duckdb.CatalogException:
            return []


def _file(database: Path, suffix: str) -> Path:
    place = hashlib.sha256(str(database.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
    return FOLDER / f"steps-{place[:12]}.{suffix}"
