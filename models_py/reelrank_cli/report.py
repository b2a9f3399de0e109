"""`reelrank report`: one HTML page about a run."""

import argparse
import json
import multiprocessing
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import vl_convert
from reelrank.errors import UserError
from reelrank.publication import find_run
from reelrank.report.facts import read_facts
from reelrank.stages import Stages
from reelrank.warehouse.connection import open_for_reading

from reelrank_cli.options import Parser, add_db, add_json, threads_of_this_machine

EXAMPLES = """\
examples:
  reelrank report                               the latest run, to reports/report.html
  reelrank report --run-id 20261124T031500Z-default --out mine.html
  reelrank report --db other.duckdb             the latest run of another database
  reelrank report --dry-run                     say what would be written, from what
"""

WHEN_STOPPED = "an earlier page is intact"


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    options = read_options(arguments)
    print(summary(write_report(options), options))


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line; `--help` prints and exits with 0."""
    parser = Parser(
        "report",
        "Write one HTML page about a training run: results with intervals, stages, calibration, "
        "features, cold start, data quality and ten users. The file holds all it needs and works "
        "without a network.",
        EXAMPLES,
    )
    read = parser.add_argument_group("what to show")
    add_db(read, "database with a finished run")
    read.add_argument(
        "--run-id", metavar="ID", help="one of ml.runs (default: the run that finished last)"
    )
    read.add_argument(
        "--memory-limit", default="1GB", metavar="SIZE",
        help="memory of DuckDB, beyond which it spills to disk (default: 1GB)",
    )  # fmt: skip
    written = parser.add_argument_group("where to")
    written.add_argument(
        "--out", type=Path, default=Path("reports/report.html"), metavar="FILE",
        help="page to write; replaced as a whole (default: reports/report.html)",
    )  # fmt: skip
    written.add_argument(
        "--dry-run", action="store_true", help="check everything, say what would be done, and stop"
    )
    add_json(written)
    return parser.parse_args(arguments)


def write_report(options: argparse.Namespace) -> dict[str, object]:
    """Read the run, make the page and put it in place; returns what `--json` prints.

    Raises
    ------
    UserError
        If the database, the run or the place of the page is not what it should be.
    """
    stages = Stages()
    with open_for_reading(options.db, threads_of_this_machine(), options.memory_limit) as con:
        run = find_run(con, options.run_id)
        result = {
            "run_id": run["run_id"],
            "data_source": run["data_source"],
            "is_simulated": run["is_simulated"],
            "out": str(options.out),
        }
        if options.dry_run:
            return result | {"bytes": None}
        _check_place(options.out)
        # the scripts of the charts take two seconds, and would hold other threads up
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as apart:
            library = apart.submit(vl_convert.javascript_bundle)
            with stages.stage("Reading the run"):
                facts = read_facts(con, run)
            with stages.stage("Making the page"):
                # the libraries of the charts take a second to load: not before they are needed
                from reelrank.report.page import render

                page = render(facts, options.db.name, library.result)
                _put(page, options.out)
    return result | {"bytes": len(page.encode())}


def _check_place(out: Path) -> None:
    """Raise UserError now, not after the reading, if the page could not be put there."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(out, error) from error
    if out.is_dir() or not os.access(out.parent, os.W_OK):
        raise _unwritable(out, OSError("it is a folder" if out.is_dir() else "no permission"))


def _put(page: str, out: Path) -> None:
    """Write the page beside its place, then move it there: never half a page."""
    try:
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=".report-", suffix=".html")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(page)
            Path(name).chmod(0o644)
            Path(name).replace(out)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(out, error) from error


def _unwritable(out: Path, error: OSError) -> UserError:
    return UserError(
        f"The page cannot be written to {out}: {error.strerror or error}",
        "Choose another place with --out, or make room there.",
    )


def summary(result: dict[str, object], options: argparse.Namespace) -> str:
    """Return what the command prints at its end."""
    if options.json:
        return json.dumps(result, indent=2)
    about = f"run {result['run_id']} on {result['data_source']}"
    if options.dry_run:
        return f"Would write {result['out']} about {about}."
    size = int(str(result["bytes"])) / 1e6
    return f"Wrote {result['out']} ({size:.1f} MB) about {about}."
