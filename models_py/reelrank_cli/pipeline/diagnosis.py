"""From what DuckDB or the system says to two lines for people."""

from __future__ import annotations

import re

from reelrank.errors import UserError

# What the text of an error holds, and what to do then; the first that fits is told.
KNOWN = (
    (
        r"Conflicting lock is held in (?P<who>.+?) \(PID (?P<pid>\d+)\)",
        "The database {database} is in use by {who} (PID {pid}).",
        "Wait until that ends, or close it, and run this again. To look meanwhile, copy the file; "
        "while nobody writes: duckdb -readonly FILE.",
    ),
    (
        r"No space left on device|ENOSPC|[Dd]isk quota exceeded|File too large",
        "The disk of {database} is full.",
        "Free some space (the database and what DuckDB spills beside it need about 4 times the "
        "CSV files), or name another place with --db FILE, and run this again.",
    ),
    (
        r"Out of Memory Error|could not allocate block|failed to (?:offload|pin block)",
        "DuckDB's memory limit is too small for this data.",
        "Raise it: REELRANK_MEMORY_LIMIT=4GB bash scripts/run.sh",
    ),
    (
        r"(?:Failed to create directory|Cannot open file(?=[^\n]*duckdb_temp_))"
        r' "(?P<place>[^"]+)": (?:Permission denied|Read-only)',
        "DuckDB may not write {place}, where it puts what memory does not hold.",
        "Change the permissions, name another folder with REELRANK_TEMP_DIR, or raise "
        "REELRANK_MEMORY_LIMIT.",
    ),
    (
        r"Permission denied|Read-only file system|Operation not permitted",
        "{database} or its folder may not be written.",
        "Change the permissions, or name another place with --db FILE.",
    ),
    (
        r"not a valid DuckDB database file|is not a database|newer version of DuckDB",
        "{database} is not a database that this DuckDB can read.",
        "Move it away, or name another place with --db FILE.",
    ),
)


def diagnose(text: str, database: object) -> UserError | None:
    """Two lines about a known fault in `text`, or None.

    Parameters
    ----------
    text : str
        What the failing program said.
    database : object
        Printed as the place that the fault concerns.
    """
    for pattern, problem, remedy in KNOWN:
        found = re.search(pattern, text)
        if found:
            return UserError(problem.format(database=database, **found.groupdict()), remedy)
    return None


def first_lines(text: str, count: int = 2) -> list[str]:
    r"""Keep the first lines that say something, without dbt's wrapping and colours.

    Examples
    --------
    >>> first_lines("Encountered an error:\nCompilation Error\n  a is missing\n  add a\n")
    ['a is missing', 'add a']
    """
    wrapping = re.compile(
        r"^(Encountered an error:|Compilation Error.*|Runtime Error.*|Database Error.*|"
        r"Failure in .*|\d+ of \d+ ERROR .*|\s*> in macro .*|\s*> called by .*)$"
    )
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    lines = [line.strip() for line in plain.splitlines() if not wrapping.match(line.strip())]
    return [line for line in lines if line][:count]
