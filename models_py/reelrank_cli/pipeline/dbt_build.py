"""`dbt build` with progress, and its failures in two lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reelrank.errors import UserError
from reelrank.progress import progress, say

from reelrank_cli import ROOT
from reelrank_cli.pipeline.commands import how_it_ended
from reelrank_cli.pipeline.diagnosis import diagnose, first_lines

FINISHED_NODES = {"LogModelResult", "LogTestResult", "LogSnapshotResult", "LogNodeNoOpResult"}
LOG = ROOT / ".reelrank" / "dbt-build.log"


@dataclass
class _Heard:
    """What dbt said that matters afterwards."""

    errors: list[str] = field(default_factory=list)
    failed_tests: list[str] = field(default_factory=list)
    all_lines: list[str] = field(default_factory=list)


def build_tables(folder: Path, database: Path) -> None:
    """Build every table from the CSV files of `folder`, and test the data.

    Raises
    ------
    UserError
        If a file or column is missing, a test fails, or DuckDB cannot go on.
    """
    heard = _Heard()
    with subprocess.Popen(
        _command(),
        cwd=ROOT,
        env=_environment(folder, database),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as dbt:
        _listen(dbt.stdout, heard)
    LOG.parent.mkdir(exist_ok=True)
    LOG.write_text("\n".join(heard.all_lines) + "\n", encoding="utf-8")
    if dbt.returncode != 0:
        raise _explanation(heard, dbt.returncode, database)


def _command() -> list[str]:
    dbt = [sys.executable, "-P", "-m", "dbt.cli.main", "--log-format", "json"]
    # Unit tests check the SQL, not the data: scripts/test.sh runs them.
    return [*dbt, "build", "--exclude-resource-type", "unit_test"]


def _environment(folder: Path, database: Path) -> dict[str, str]:
    return os.environ | {"REELRANK_DATA_DIR": str(folder), "REELRANK_DB": str(database)}


def _listen(lines: Iterator[str], heard: _Heard) -> None:
    """Follow dbt's log, one JSON object per line; the bar starts once dbt has counted."""
    for line in lines:
        event = _hear(line, heard)
        if event and event["info"]["name"] == "ConcurrencyLine":
            with progress("tables and checks", event["data"]["node_count"], "done") as step:
                for later in lines:
                    ended = _hear(later, heard)
                    if ended and ended["info"]["name"] in FINISHED_NODES:
                        step(1)


def _hear(line: str, heard: _Heard) -> dict | None:
    """Keep what matters of one line; returns it as an event if it is one."""
    event = _event(line)
    heard.all_lines.append(event["info"]["msg"] if event else line.rstrip())
    if event is None:
        return None
    info, data = event["info"], event["data"]
    if info["name"] == "LogTestResult" and data.get("status") in ("fail", "warn"):
        text = f"{data['name']} ({data.get('num_failures', 0):,} rows)"
        if data["status"] == "fail":
            heard.failed_tests.append(text)
        else:
            say(f"  warning, the job goes on: not true everywhere: {text}")
    if info["level"] == "error":
        heard.errors.append(info["msg"])
    return event


def _event(line: str) -> dict | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "info" in event and "data" in event else None


def _explanation(heard: _Heard, code: int, database: Path) -> UserError:
    said = "\n".join(heard.errors or heard.all_lines)
    known = diagnose(said, database)
    if known:
        return known
    if heard.failed_tests:
        return UserError(
            f"The data failed {len(heard.failed_tests)} checks, first {heard.failed_tests[0]}.",
            f"What was read and rejected: duckdb -readonly '{database}' "
            f'"from staging.load_report"; all that dbt said: {LOG}',
        )
    for message in heard.errors:
        lines = first_lines(message)
        if lines:
            return UserError(lines[0], " ".join(lines[1:]) or f"All that dbt said: {LOG}")
    return UserError(f"dbt build {how_it_ended(code)}.", f"All that dbt said: {LOG}")
