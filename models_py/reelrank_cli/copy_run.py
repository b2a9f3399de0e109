"""`reelrank copy-run`: a run from one database to another."""

from __future__ import annotations

import argparse
import json

from reelrank_cli.options import Parser, a_path, add_json
from reelrank_cli.runs import run_words

WHEN_STOPPED = "the target is as it was"
EXAMPLES = """examples:
  reelrank copy-run reelrank.duckdb archive.duckdb       the latest run; makes archive.duckdb
  reelrank copy-run big.duckdb serving.duckdb --run 20261124T031500Z-default
  duckdb -readonly reelrank.duckdb "from past_runs()"    which runs there are
"""


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = Parser("copy-run", "Copy a run with all its results to another database.", EXAMPLES)
    parser.add_argument("source", type=a_path, metavar="FROM", help="database that has the run")
    parser.add_argument("target", type=a_path, metavar="TO", help="database that gets it")
    what = parser.add_argument_group("what to copy")
    what.add_argument("--run", metavar="RUN_ID", help="run (default: the latest)")
    add_json(parser.add_argument_group("how"))
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    from reelrank.publication import copy_run

    options = read_options(arguments)
    run = copy_run(options.source, options.target, options.run)
    if options.json:
        facts = ("run_id", "preset", "data_source", "is_simulated")
        print(json.dumps({name: run[name] for name in facts} | {"to": str(options.target)}))
        return
    print(f"{options.target}: run {run_words(run)}")
