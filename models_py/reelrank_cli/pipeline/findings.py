"""What dbt found about the log, in words: training.log_findings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
from reelrank.errors import UserError


@dataclass(frozen=True)
class Finding:
    """One thing to know about the log."""

    severity: str
    message: str
    remedy: str


def read_findings(database: Path) -> list[Finding]:
    """Read all findings, errors first; none where dbt did not get that far."""
    try:
        with duckdb.connect(str(database), read_only=True) as con:
            rows = con.execute(
                "select severity, message, remedy from training.log_findings "
                "order by severity, position, message"
            ).fetchall()
    except duckdb.Error:
        return []
    return [Finding(*row) for row in rows]


def stopping_error(database: Path) -> UserError | None:
    """Two lines about the first thing that makes learning senseless, or None."""
    errors = [finding for finding in read_findings(database) if finding.severity == "error"]
    return UserError(errors[0].message, errors[0].remedy) if errors else None
