"""How an own log would be understood, shown before anything is built."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import duckdb
from reelrank.errors import UserError

from reelrank_cli.pipeline.dbt_build import run_dbt
from reelrank_cli.pipeline.findings import read_findings

FIRST_LINES = 5
ROWS = Path(__file__).with_name("look.sql").read_text(encoding="utf-8")
FORMATS = """
    select column_name, format, decided_by from staging.column_formats
    where file = 'big_matrix' and format is not null
    order by all
"""
COUNTS = "select file, rows_read, rows_kept, rows_duplicate, rows_rejected from staging.load_report"
DEFAULT_ZONE = "Asia/Shanghai"


def print_look(folder: Path, variables: dict[str, object]) -> None:
    """Print the first rows as understood, the units found, and what would be rejected.

    The log is read as a whole, into a database that is thrown away.

    Raises
    ------
    UserError
        If it cannot be read.
    """
    with tempfile.TemporaryDirectory() as place:
        database = Path(place) / "look.duckdb"
        run_dbt(["run", "--select", "+log_findings"], folder, database, variables)
        zone = str(variables.get("local_timezone", DEFAULT_ZONE))
        with duckdb.connect(str(database), config={"temp_directory": place}) as con:
            lines = [*_first_rows(con, zone), "", *_units(con), "", *_counts(con)]
        for finding in read_findings(database):
            lines += ["", f"{finding.severity}: {finding.message}", f"  {finding.remedy}"]
    if variables:
        lines += ["", f"The same for dbt run: --vars '{json.dumps(variables)}'"]
    print("\n".join(["", *lines]))


def _first_rows(con: duckdb.DuckDBPyConnection, zone: str) -> list[str]:
    rows = con.execute(ROWS, {"zone": zone, "lines": FIRST_LINES}).fetchall()
    if not rows:
        raise UserError("The log has no rows.", "Put the whole file there again.")
    lines = [f"The first rows, on the clock of {zone}:"]
    for line, user, video, played, length, ratio, local_time, problem in rows:
        lines += [
            f"  {line[:100]}",
            f"    rejected: {problem}"
            if problem
            else f"    user {user} watched {played:g} s of video {video} ({length:g} s, "
            f"ratio {ratio:.2f}) on {local_time}",
        ]
    return lines


def _units(con: duckdb.DuckDBPyConnection) -> list[str]:
    found = con.execute(FORMATS).fetchall()
    return ["Units:", *(f"  {name:<16}{unit}, {how}" for name, unit, how in found)]


def _counts(con: duckdb.DuckDBPyConnection) -> list[str]:
    return [
        f"{file}: {read:,} rows read, {kept:,} kept, {again:,} repeated, {aside:,} rejected"
        for file, read, kept, again, aside in con.execute(COUNTS).fetchall()
        if read
    ]
