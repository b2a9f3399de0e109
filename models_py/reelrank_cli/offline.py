"""`reelrank offline`: what the log alone says of the models, against the dense answers."""

import argparse
import json

import duckdb
from reelrank.offline import publish_offline, tell_offline
from reelrank.stages import Stages
from reelrank.warehouse.sql import rows_of
from simulated_kuairec.propensities import find_propensities

from reelrank_cli.options import Parser, add_json, add_publishing, whole_number
from reelrank_cli.runs import open_to_publish, opened_run, run_facts, run_words

EXAMPLES = """examples:
  reelrank offline                   every way, of the latest run
  reelrank offline --no-truth        without the true propensities of simulated data
  duckdb -readonly reelrank.duckdb "from ml.offline_verdicts"
"""
WHEN_STOPPED = "nothing was published, earlier results are intact"


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = Parser(
        "offline",
        "Would offline evaluation have been right? Compare what the log alone says of the models "
        "(holdout, end to end, weighted by inverse propensity, doubly robust, replay) with the "
        "dense answers, and publish it into ml.offline_values, ml.offline_differences and "
        "ml.offline_verdicts (docs/offline.md).",
        EXAMPLES,
    )
    what = parser.add_argument_group("what to compare")
    what.add_argument("--run-id", metavar="ID", help="one of ml.runs (default: the latest)")
    what.add_argument("--resamples", type=whole_number(100, 100_000), default=1000, metavar="N",
                      help="bootstrap resamples of the users (default: 1000)")  # fmt: skip
    what.add_argument("--no-truth", action="store_true",
                      help="do without the true propensities of simulated data")  # fmt: skip
    how = parser.add_argument_group("how")
    add_publishing(how)
    add_json(how)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    options = read_options(arguments)
    stages = Stages()
    with opened_run(options) as (con, run, source):
        wants_truth = source.is_simulated and not options.no_truth
        with stages.stage("Comparing"):
            truth = find_propensities(source.data_dir) if wants_truth else None
            tell_offline(con, run, truth=truth, resamples=options.resamples)
        with stages.stage("Publishing"):
            open_to_publish(con, options, source)
            publish_offline(con, run["run_id"])
        rows = _verdicts(con, run["run_id"])
    facts = run_facts(run)
    print(json.dumps(facts | {"verdicts": rows}, indent=2) if options.json else _text(run, rows))


def _verdicts(con: duckdb.DuckDBPyConnection, run_id: str) -> list[dict]:
    found = con.execute(
        "select * exclude (run_id) from ml.offline_verdicts where run_id = $run_id"
        " order by relevance, kendall desc",
        {"run_id": run_id},
    )
    return rows_of(found)


def _text(run: dict, rows: list[dict]) -> str:
    """Lay the verdicts out as text."""
    lines = [
        f"Run {run_words(run)}",
        "",
        f"{'relevance':<20} {'way':<19} {'models':>6} {'Spearman':>8} {'Kendall':>7} "
        f"{'right':>5} {'wrong':>5} {'missed':>6} {'rash':>4}  intervals that hold the dense",
        f"{'':<83}  value  difference",
    ]
    for row in rows:
        lines.append(
            f"{row['relevance']:<20} {row['way']:<19} {row['model_count']:>6} "
            f"{_number(row['spearman']):>8} {_number(row['kendall']):>7} {row['right_count']:>5} "
            f"{row['wrong_count']:>5} {row['missed_count']:>6} {row['rash_count']:>4}  "
            f"{row['level_coverage']:>5.0%}  {row['difference_coverage']:>10.0%}"
        )
    lines += ["", "right, wrong, missed, rash: pairs of models, by what is significant where"]
    return "\n".join(lines)


def _number(value: object) -> str:
    """Write a correlation; a dash where all models have the same value."""
    return "-" if value is None else f"{float(str(value)):.2f}"
