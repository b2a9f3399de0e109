"""Opening the database file: shared for reading while models are fitted, exclusive for publishing.

A training run works in a connection of its own memory with the file attached read-only, so
that others can keep reading it. Only publication attaches the file for writing, which DuckDB
allows to one process at a time (https://duckdb.org/docs/stable/connect/concurrency).
"""

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb

from reelrank.errors import UserError
from reelrank.progress import say
from reelrank.warehouse.faults import explain_open_error, first_line
from reelrank.warehouse.sql import quote_text

CATALOG = "reelrank"  # as in profiles.yml
SAY_WHO_HOLDS_IT_EVERY_SECONDS = 10.0


@contextlib.contextmanager
def open_for_reading(
    path: Path, threads: int, memory_limit: str
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection that has the file attached read-only and temp tables of its own.

    Parameters
    ----------
    path : Path
        The DuckDB file that dbt built.
    threads : int
        Threads of DuckDB.
    memory_limit : str
        Memory of DuckDB, such as `3GB`; beyond it DuckDB spills next to the file.

    Raises
    ------
    UserError
        If the file is missing, no database, or held by a writer, or a setting is refused.
    """
    _check_file(path)
    spill = _spill_folder(path)
    con = duckdb.connect(":memory:")
    try:
        try:
            con.execute(f"set memory_limit = {quote_text(memory_limit)}")
        except duckdb.Error as error:
            raise UserError(
                f"DuckDB refuses the memory limit {memory_limit!r}: {first_line(error)}",
                "Give a size such as --memory-limit 3GB.",
            ) from error
        con.execute(f"set temp_directory = {quote_text(str(spill))}")
        con.execute("set threads = $threads", {"threads": threads})
        con.execute("set enable_progress_bar = false")
        attach(con, path, read_only=True)
        yield con
    finally:
        con.close()
        shutil.rmtree(spill, ignore_errors=True)
        with contextlib.suppress(OSError):
            spill.parent.rmdir()  # unless another process spills there


def _check_file(path: Path) -> None:
    try:
        is_there = path.is_file()
    except OSError as error:  # such as a name that is too long
        raise UserError(
            f"The database {str(path)[:200]!r} cannot be opened: {error.strerror}.",
            "Name an existing file with --db.",
        ) from error
    if not is_there:
        raise UserError(
            f"There is no database {path}.",
            "Build it first: bash scripts/run.sh, or dbt run for only the tables.",
        )


def check_writable(path: Path) -> None:
    """Raise UserError now, not after the training, if the file could not be written."""
    for place in (path, path.resolve().parent):
        if not os.access(place, os.W_OK):
            raise UserError(
                f"No permission to write {place}.",
                "Change its permissions, or copy the database and give the copy with --db.",
            )


def reopen_for_writing(con: duckdb.DuckDBPyConnection, path: Path, wait_seconds: float) -> None:
    """Attach the file for writing instead of reading, waiting while others hold it.

    Temp tables of the connection stay. After `wait_seconds` the holder is named in a UserError.
    """
    con.execute("use memory")
    con.execute(f"detach {CATALOG}")
    give_up_at = time.monotonic() + wait_seconds
    say_at = time.monotonic()
    while True:
        try:
            attach(con, path, read_only=False)
            return
        except UserError as error:
            if "is in use" not in error.problem or time.monotonic() >= give_up_at:
                raise
            if time.monotonic() >= say_at:
                say(f"  waiting to publish: {error.problem} Close it to let this run finish.")
                say_at = time.monotonic() + SAY_WHO_HOLDS_IT_EVERY_SECONDS
            time.sleep(0.2)


def attach(
    con: duckdb.DuckDBPyConnection, path: Path, read_only: bool, name: str = CATALOG
) -> None:
    """Attach the file and use it, by default under the name of dbt, whatever it is called."""
    mode = " (read_only)" if read_only else ""
    try:
        con.execute(f"attach {quote_text(str(path))} as {name}{mode}")
    except duckdb.Error as error:
        raise explain_open_error(error, path) from error
    con.execute(f"use {name}")


def _spill_folder(path: Path) -> Path:
    """Folder of this process for what DuckDB spills; those of dead processes are removed.

    DuckDB makes the folder when it spills, but not its parent.
    """
    parent = path.with_name(path.name + ".tmp")
    try:
        parent.mkdir(exist_ok=True)
    except OSError as error:
        raise UserError(
            f"{parent} cannot be made, where DuckDB spills what memory does not hold: "
            f"{error.strerror}.",
            "Change the permissions of its folder, or copy the database and give the copy with "
            "--db.",
        ) from error
    for other in parent.glob("train-*"):
        pid = other.name.removeprefix("train-")
        if pid.isdigit() and not _is_alive(int(pid)):
            shutil.rmtree(other, ignore_errors=True)
    return parent / f"train-{os.getpid()}"


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
