"""`reelrank explore`: a page on localhost to look at a finished run."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec

from reelrank.errors import UserError

from reelrank_cli import ROOT
from reelrank_cli.options import Parser, add_db, whole_number

EXAMPLES = """examples:
  reelrank explore                       http://localhost:8501
  reelrank explore --port 8600 --db other.duckdb
"""
WHEN_STOPPED = "nothing was changed"
APP = ROOT / "models_py" / "reelrank_explorer" / "app.py"


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = Parser(
        "explore",
        "Open the explorer on this machine: users and their lists, videos, models side by side, "
        "metrics, experiments, SQL. It only reads (docs/explorer.md).",
        EXAMPLES,
    )
    how = parser.add_argument_group("how")
    add_db(how, "database with a finished run")
    how.add_argument("--port", type=whole_number(1024, 65_535), default=8501, metavar="N",
                     help="port of localhost (default: 8501)")  # fmt: skip
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Check what is needed, then become the page's server.

    Raises
    ------
    UserError
        If Streamlit is not installed, or the database has no run.
    """
    options = read_options(arguments)
    if find_spec("streamlit") is None:
        raise UserError(
            "The explorer needs Streamlit, which is not installed.",
            "Run: bash scripts/explore.sh, or pip install -r requirements-explore.txt",
        )
    # After the options: help must work before anything is installed.
    from reelrank.publication import find_run
    from reelrank.warehouse.connection import open_for_reading

    with open_for_reading(options.db, threads=1, memory_limit="1GB") as con:
        find_run(con)
    command = [
        sys.executable, "-m", "streamlit", "run", str(APP),
        "--server.address", "127.0.0.1", "--server.port", str(options.port),
        "--server.headless", "true", "--browser.gatherUsageStats", "false",
        "--server.fileWatcherType", "none", "--client.toolbarMode", "minimal",
        "--", str(options.db.resolve()),
    ]  # fmt: skip
    print(f"The explorer is at http://localhost:{options.port} (end it with Ctrl-C).", flush=True)
    os.execve(sys.executable, command, os.environ | {"PYTHONPATH": str(ROOT / "models_py")})
