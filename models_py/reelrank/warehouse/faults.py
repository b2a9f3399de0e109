"""Errors of DuckDB and of the system, in two lines for people: the only place that knows them."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from reelrank.errors import UserError

# What the text of an error holds, and what to do then; the first that fits is reported.
KNOWN = (
    (
        r"lock is held in (?P<who>.+?) \(PID (?P<pid>\d+)\)",
        "{place} is in use by {who} (PID {pid}).",
        "Wait until that ends, or close it, and run this again. To only look while nobody "
        "writes: duckdb -readonly FILE; while somebody writes, look at a copy.",
    ),
    (
        r"Could not set lock",
        "{place} is in use by another process.",
        "Wait until that ends, or close it, and run this again.",
    ),
    (
        r"No space left on device|ENOSPC|[Dd]isk quota exceeded|File too large",
        "The disk of {place} is full.",
        "Make room (the database and what DuckDB spills beside it need about 4 times the CSV "
        "files), or name another place with --db FILE, and run this again. Earlier results are "
        "whole.",
    ),
    (
        r"(?:Failed to create directory|Cannot open file(?=[^\n]*duckdb_temp_))"
        r' "(?P<spill>[^"]+)": (?P<why>Permission denied|Read-only[^\n"]*)',
        "DuckDB may not write {spill}, where it puts what memory does not hold: {why}.",
        "Change the permissions, name another folder with REELRANK_TEMP_DIR, or raise "
        "--memory-limit or REELRANK_MEMORY_LIMIT.",
    ),
    (
        r"Out of Memory Error|could not allocate block|failed to (?:offload|pin block)",
        "The memory limit of DuckDB is too small for this data.",
        "Raise it, with --memory-limit 4GB or REELRANK_MEMORY_LIMIT=4GB, and run this again. "
        "Earlier results are intact.",
    ),
    (
        r"File is not (?P<why>\S+) encoded",
        "A file of the log is not written in {why} throughout.",
        "Convert it to UTF-8 (iconv -f CP1252 -t UTF-8 OLD > NEW), or name its encoding in the "
        "table [format] of reelrank.toml.",
    ),
    (
        r"(?P<why>Permission denied|Read-only file system|Operation not permitted)",
        "{place} or its folder may not be written: {why}.",
        "Change the permissions, or name another place with --db FILE.",
    ),
    (
        r"not a valid DuckDB database file|is not a database|newer version of DuckDB",
        "{place} is not a database that this DuckDB can read.",
        "Move it away, or name another place with --db FILE.",
    ),
)


def diagnose(text: str, place: object) -> UserError | None:
    """Two lines about a known fault in `text`, or None.

    Parameters
    ----------
    text : str
        What the failing program said.
    place : object
        Printed as the database that the fault concerns.
    """
    for pattern, problem, remedy in KNOWN:
        found = re.search(pattern, text)
        if found:
            return UserError(problem.format(place=place, **found.groupdict()), remedy)
    return None


def explain_open_error(error: duckdb.Error, path: Path) -> UserError:
    """Say what a user should know when DuckDB cannot open the file."""
    return diagnose(str(error), path) or UserError(
        f"{path} is not a database that this DuckDB ({duckdb.__version__}) reads: "
        f"{first_line(error)}",
        "Move it away and build a new one: bash scripts/run.sh.",
    )


def explain_shortage(error: Exception) -> UserError:
    """Say what ran out while training worked on temp tables; nothing was published then."""
    known = diagnose(str(error), "the database")
    if known:
        return known
    if isinstance(error, duckdb.IOException):
        return UserError(
            f"Reading or spilling to disk failed: {first_line(error)}",
            "Make room next to the database, see that one may write there, or raise "
            "--memory-limit; earlier results are intact.",
        )
    return UserError(
        f"There was not enough memory: {first_line(error)}",
        "Raise --memory-limit, or lower ranker.max_train_rows of the preset; earlier results "
        "are whole.",
    )


def first_line(error: Exception) -> str:
    """Give the first line of an error's text; words for one without text."""
    return (str(error).strip() or "no memory left").splitlines()[0]
