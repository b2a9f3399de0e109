"""`reelrank backtest`: lists over the last days of the log, retrained as a team would."""

from __future__ import annotations

import argparse
import json

from reelrank_cli.options import Parser, add_db, add_json, threads_of_this_machine, whole_number

WHEN_STOPPED = "nothing was published"
EXAMPLES = """examples:
  reelrank backtest                    the last 7 days, trained daily, weekly and warm
  reelrank backtest --days 14 --json
  duckdb -readonly reelrank.duckdb "from ml.backtest"

Each day dbt moves the boundary in a copy of the database, and lists are made and judged by what
users met that day. daily trains every day; weekly shows the lists of the last training, less what
was watched since; warm keeps its trees and computes counts, vectors (from those of the day
before) and candidates again. Settings of your own log must be in its reelrank.toml.
"""


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = Parser("backtest", "Say what training less often costs, day by day.", EXAMPLES)
    what = parser.add_argument_group("what to try")
    what.add_argument("--days", type=whole_number(1, 1000), default=7, metavar="N",
                      help="the last days of the log (default: 7)")  # fmt: skip
    what.add_argument("--preset", default="default", metavar="NAME",
                      help="one with a list ranker (default: default)")  # fmt: skip
    what.add_argument("--seed", type=whole_number(0, 2**31 - 1), default=42, metavar="N",
                      help="of everything random (default: 42)")  # fmt: skip
    what.add_argument("--resamples", type=whole_number(100, 100_000), default=1000, metavar="N",
                      help="bootstrap resamples of the intervals (default: 1000)")  # fmt: skip
    how = parser.add_argument_group("how")
    add_db(how, "database that dbt built")
    threads = threads_of_this_machine()
    how.add_argument("--threads", type=whole_number(1, 1024), default=threads, metavar="N",
                     help=f"threads (default: $REELRANK_THREADS or all; {threads})")  # fmt: skip
    how.add_argument("--memory-limit", default="2GB", metavar="SIZE",
                     help="memory of DuckDB (default: 2GB)")  # fmt: skip
    add_json(how)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    options = read_options(arguments)
    from reelrank_cli.backtesting.running import run

    found = run(options)
    print(json.dumps(found, indent=1) if options.json else report(found))


def report(found: dict) -> str:
    """Lay out the whole time and the days, with the data they are of."""
    label = "SIMULATED data: " if found["is_simulated"] else "data: "
    lines = [
        f"backtest {found['backtest_id']}, {label}{found['data_source']}",
        "nDCG@10 of what users met that day; cost: how much better training every day is",
        "",
        f"{'relevance':<20} {'day':<11} {'schedule':<15} {'trained':<11} {'nDCG@10':<26} "
        f"{'cost':<27} {'seconds':>7}",
    ]
    for row in found["rows"]:
        value = f"{row['value']:.4f} ({row['ci_low']:.4f} to {row['ci_high']:.4f})"
        cost = f"{row['cost']:+.4f} ({row['cost_low']:+.4f} to {row['cost_high']:+.4f})"
        seconds = f"{row['seconds']:.0f}" if row["seconds"] else ""
        lines.append(
            f"{row['relevance']:<20} {row['judged_on'] or 'all':<11} {row['schedule']:<15} "
            f"{row['trained_on'] or '':<11} {value:<26} {cost:<27} {seconds:>7}"
        )
    return "\n".join(lines)
