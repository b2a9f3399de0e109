"""Options of `reelrank train`."""

import argparse

from reelrank.presets import preset_names

from reelrank_cli.options import (
    Parser,
    a_path,
    add_db,
    add_json,
    threads_of_this_machine,
    whole_number,
)

EXAMPLES = """\
examples:
  reelrank train                          train the default preset on reelrank.duckdb
  reelrank train --preset reference       the reference configuration instead
  reelrank train --preset mine.toml       parameters of your own
  reelrank train --dry-run                say what would be done, on which data
  reelrank train --lake lake --db l.duckdb  on the tables of a lake that Spark built
  reelrank train --json > results.json    headline results for machines
"""


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line; `--help` prints and exits with 0."""
    parser = Parser(
        "train",
        "Train both stages on what dbt built, judge them, and publish everything into schema ml "
        "of the same DuckDB file.",
        EXAMPLES,
    )
    what = parser.add_argument_group("what to train")
    add_db(what, "database that dbt built")
    _add_lake(what)
    _add_what(what)
    _add_machine(parser.add_argument_group("the machine"))
    _add_results(parser.add_argument_group("results"))
    found = parser.parse_args(arguments)
    if found.engine == "spark" and not found.lake:
        parser.error("--engine spark needs --lake DIR")
    if found.lake and found.dry_run:  # the plan is that of tables which the file would first get
        parser.error("--dry-run shows what is in --db: give it without --lake")
    return found


def _add_lake(what: argparse._ArgumentGroup) -> None:
    what.add_argument(
        "--lake",
        type=a_path,
        metavar="DIR",
        help="folder of tables that Spark built (docs/scale.md), loaded into --db before training "
        "(default: the tables already in --db)",
    )
    what.add_argument(
        "--users",
        type=whole_number(1, 1_000_000_000),
        default=100_000,
        metavar="N",
        help="users of the lake that are read, drawn evenly where there are more (default: 100000)",
    )
    what.add_argument(
        "--engine",
        choices=("local", "spark"),
        default="local",
        help="what learns: this machine, or the cluster of the lake with --preset spark "
        "(default: local)",
    )
    what.add_argument(
        "--workers",
        type=whole_number(0, 10_000),
        default=0,
        metavar="N",
        help="tasks of the cluster that fit the trees on all rows (default: 0, fitted here on "
        "a sample)",
    )


def _add_what(what: argparse._ArgumentGroup) -> None:
    what.add_argument(
        "--preset",
        default="default",
        metavar="NAME",
        help=f"{', '.join(preset_names())}, or a .toml file (default: default)",
    )
    what.add_argument(
        "--seed",
        type=whole_number(0, 2**31 - 1),
        default=42,
        metavar="N",
        help="seed of everything random (default: 42)",
    )
    what.add_argument(
        "--resamples",
        type=whole_number(100, 100_000),
        default=1000,
        metavar="N",
        help="bootstrap resamples of the intervals (default: 1000)",
    )


def _add_machine(machine: argparse._ArgumentGroup) -> None:
    threads = threads_of_this_machine()
    machine.add_argument(
        "--threads",
        type=whole_number(1, 1024),
        default=threads,
        metavar="N",
        help="threads; results do not depend on them "
        f"(default: $REELRANK_THREADS, or all; now {threads})",
    )
    machine.add_argument(
        "--memory-limit",
        default="1.5GB",
        metavar="SIZE",
        help="memory of DuckDB, beyond which it spills to disk; matrices and trees come on top "
        "(default: 1.5GB)",
    )
    machine.add_argument(
        "--lock-timeout",
        type=whole_number(0, 86_400),
        default=600,
        metavar="SECONDS",
        help="how long to wait for readers to close the file before publishing (default: 600)",
    )


def _add_results(results: argparse._ArgumentGroup) -> None:
    results.add_argument(
        "--keep-runs",
        type=whole_number(1, 1000),
        default=3,
        metavar="N",
        help="runs kept whole, with lists and vectors, this one included (default: 3)",
    )
    results.add_argument(
        "--keep-records",
        type=whole_number(1, 1_000_000),
        default=1_000_000,
        metavar="N",
        help="runs of which parameters, code version, metrics and what compare_runs needs are "
        "kept (default: 1000000)",
    )
    results.add_argument(
        "--dry-run", action="store_true", help="check everything, say what would be done, and stop"
    )
    add_json(results)
