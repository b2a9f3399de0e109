"""`dbt build` with progress, and its failures in two lines."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from reelrank.errors import UserError
from reelrank.progress import progress, say
from reelrank.warehouse.faults import diagnose

from reelrank_cli import ROOT
from reelrank_cli.pipeline.commands import how_it_ended
from reelrank_cli.pipeline.findings import stopping_error

FINISHED_NODES = {"LogModelResult", "LogTestResult", "LogSnapshotResult", "LogNodeNoOpResult"}
LOG = ROOT / ".reelrank" / "dbt-build.log"
# Tests that warn of what training.log_findings says in words.
TOLD_BY_FINDINGS = {
    "no_row_of_a_file_is_rejected",
    "watch_ratio_is_play_duration_over_video_duration",
    "each_dense_user_has_at_least_99_percent_of_the_dense_videos",
}
# A test that the user's files can fail by themselves: what to do then.
FILES_DIFFER = {
    "the_real_kuairec_has_its_known_row_counts": "The files are not those of KuaiRec 2.0. "
    "Fetch them again: bash scripts/download_data.sh; or remove SOURCE.json if they are yours.",
    "no_pair_of_the_dense_matrix_is_in_the_log": "small_matrix.csv or big_matrix.csv is not "
    "KuaiRec's. Fetch both again, or remove SOURCE.json or SIMULATED.json if they are yours.",
}


@dataclass
class _Heard:
    """What dbt said that matters afterwards."""

    errors: list[str] = field(default_factory=list)
    failed_tests: list[str] = field(default_factory=list)
    all_lines: list[str] = field(default_factory=list)


def build_tables(
    folder: Path, database: Path, variables: dict[str, object], *, from_nothing: bool = False
) -> None:
    """Build every table from the files of `folder`, and test the data.

    Parameters
    ----------
    folder, database : Path
        Where the files are, and where the tables go.
    variables : dict
        What was said about the log, as dbt variables.
    from_nothing : bool
        Whether also what has not changed is built.

    Raises
    ------
    UserError
        If a file or column is missing, a test fails, or DuckDB cannot go on.
    """
    # Unit tests check the SQL, not the data: scripts/test.sh runs them.
    command = ["build", "--exclude-resource-type", "unit_test"]
    command += ["--full-refresh"] if from_nothing else []
    run_dbt(command, folder, database, variables)


def run_dbt(
    arguments: list[str], folder: Path, database: Path, variables: dict[str, object]
) -> None:
    """Run dbt with progress; a failure is explained in words.

    Raises
    ------
    UserError
        If it fails.
    """
    heard = _Heard()
    with subprocess.Popen(
        _command(arguments, variables),
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


@contextmanager
def reading_the_project(folder: Path, database: Path, variables: dict[str, object]):
    """Let dbt read the project meanwhile, which keeps one core busy and needs no data.

    `build_tables` with the same arguments then finds it read. What fails here fails there, too,
    and is explained there; a failure inside the context stops dbt.
    """
    with subprocess.Popen(
        _command(["parse"], variables),
        cwd=ROOT,
        env=_environment(folder, database),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as dbt:
        try:
            yield
            if dbt.poll() is None:
                say("dbt is still reading the project ...")
        except BaseException:
            dbt.kill()
            raise


def _command(arguments: list[str], variables: dict[str, object]) -> list[str]:
    said = ["--vars", json.dumps(variables)] if variables else []
    # no log file of dbt's own: what it says comes here, and run_dbt() keeps it
    logging = ["--log-format", "json", "--log-level-file", "none"]
    return [sys.executable, "-P", "-m", "dbt.cli.main", *logging, *arguments, *said]


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
        if data["status"] == "fail":
            heard.failed_tests.append(data["name"])
        elif data["name"] not in TOLD_BY_FINDINGS:
            words = data["name"].replace("_", " ")
            say(f"  warning, the job goes on: not true everywhere: {words}")
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
    found = stopping_error(database) if heard.failed_tests else None
    if found:
        return found
    if heard.failed_tests:
        first = heard.failed_tests[0]
        unexpected = f"No setting helps here; please report it with what dbt said: {LOG}"
        return UserError(
            f"The tables do not keep a promise: {first.replace('_', ' ')}.",
            FILES_DIFFER.get(first, unexpected),
        )
    for message in heard.errors:
        lines = first_lines(message)
        if lines:
            return UserError(lines[0], " ".join(lines[1:]) or f"All that dbt said: {LOG}")
    return UserError(f"dbt build {how_it_ended(code)}.", f"All that dbt said: {LOG}")


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
