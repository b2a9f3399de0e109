"""`reelrank compare`: two runs, or the latest of two presets, on the same users, with intervals."""

import argparse
import json

import duckdb
import pyarrow as pa
from reelrank.errors import UserError
from reelrank.evaluation.runs import compare_runs
from reelrank.publication import published_runs
from reelrank.warehouse.connection import open_for_reading

from reelrank_cli.options import Parser, add_db, add_json, whole_number

EXAMPLES = """examples:
  reelrank compare                          # default minus reference
  reelrank compare --protocol end_to_end --model two_stage
  reelrank compare default default --json   # the last two runs of one preset
  reelrank compare default 20261124T031500Z-default   # a run in the past, by its name
"""
WHEN_STOPPED = "nothing was changed"
PROTOCOLS = ("dense", "holdout")
METRICS = ("ndcg", "precision", "mae", "rmse")
RUN_FACTS = ("run_id", "data_source", "is_simulated", "data_dir")


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = Parser(
        "compare",
        "Compare the latest runs of two presets on the same users: differences with intervals.",
        EXAMPLES,
    )
    parser.add_argument(
        "preset",
        nargs="?",
        default="default",
        help="preset or run under test (default: default)",
    )
    parser.add_argument(
        "against",
        nargs="?",
        default="reference",
        help="preset or run to compare it with (default: reference); the same preset twice "
        "compares its last run with the one before",
    )
    what = parser.add_argument_group("what to compare")
    what.add_argument("--protocol", action="append", metavar="NAME", help="protocol, may be "
                      "given several times (default: dense and holdout)")  # fmt: skip
    what.add_argument("--model", default="ranker", help="model (default: ranker)")
    what.add_argument(
        "--other-model",
        metavar="NAME",
        help="model of the other run (default: the same); ranker_debiased divides "
        "predictions of the reference by the threshold of a long view",
    )
    what.add_argument("--k", type=whole_number(1, 10_000), default=10,
                      help="length of the lists (default: 10)")  # fmt: skip
    how = parser.add_argument_group("how")
    add_db(how)
    how.add_argument("--resamples", type=whole_number(1, 1_000_000), default=1000, metavar="N",
                     help="bootstrap resamples of the users (default: 1000)")  # fmt: skip
    how.add_argument(
        "--seed",
        type=whole_number(0, 2**32 - 1),
        default=42,
        help="seed of the bootstrap (default: 42)",
    )
    add_json(how)
    return parser.parse_args(arguments)


def latest_runs(con: duckdb.DuckDBPyConnection, preset: str, against: str) -> list[dict]:
    """Find the two runs; of one preset twice, its latest and the one before.

    Raises
    ------
    UserError
        If a run is missing, or the two are of different data.
    """
    chosen = []
    for name, nth in ((preset, 0), (against, int(against == preset))):
        runs = [run for run in published_runs(con) if name in (run["preset"], run["run_id"])]
        if len(runs) <= nth:
            raise UserError(
                f"The database holds {len(runs)} run(s) of preset {name}, too few.",
                f"Train it: python models_py/train.py --preset {name}",
            )
        chosen.append({fact: runs[nth][fact] for fact in RUN_FACTS})
    if chosen[0]["data_source"] != chosen[1]["data_source"]:
        sources = " and ".join(run["data_source"] for run in chosen)
        raise UserError(f"The two runs are of different data: {sources}.", "Train both again.")
    return chosen


def rows_asked_for(table: pa.Table, options: argparse.Namespace) -> list[dict]:
    """Keep the rows of the protocols and the list length asked for.

    Raises
    ------
    UserError
        If there are none.
    """
    protocols = options.protocol or PROTOCOLS
    rows = [
        row
        for row in table.to_pylist()
        if row["protocol"] in protocols
        and row["metric"] in METRICS
        and row["k"] in (None, options.k)
    ]
    if not rows:
        names = options.model, options.other_model or options.model
        raise UserError(
            f"The two runs share no values of models {' and '.join(names)} at these settings.",
            'See what there is: duckdb FILE "select distinct protocol, model, k from ml.metrics"',
        )
    return rows


def report(runs: list[dict], rows: list[dict]) -> str:
    """Lay the rows out as a table, with the data they belong to."""
    label = runs[0]["data_source"]
    lines = [
        f"{runs[0]['run_id']} minus {runs[1]['run_id']}",
        f"on SIMULATED data: {label}" if runs[0]["is_simulated"] else f"on {label}",
        "",
        f"{'protocol':<17} {'relevance':<20} {'metric':<13} {'this':>7} {'other':>7} "
        f"{'difference':>10}  {'95 % interval':<19} {'helped':>6} {'hurt':>6}",
    ]
    for row in rows:
        metric = row["metric"] if row["k"] is None else f"{row['metric']}@{row['k']}"
        lines.append(
            f"{row['protocol']:<17} {row['relevance']:<20} {metric:<13} {row['value']:>7.4f} "
            f"{row['other_value']:>7.4f} {row['difference']:>+10.4f}  "
            f"{row['ci_low']:>+.4f} to {row['ci_high']:<+9.4f} "
            f"{row['share_helped']:>6.1%} {row['share_hurt']:>6.1%}"
        )
    lines += ["", "helped, hurt: share of users whose metric rises, falls (errors: the reverse)"]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    options = read_options(arguments)
    with open_for_reading(options.db, threads=2, memory_limit="3GB") as con:
        runs = latest_runs(con, options.preset, options.against)
        table = compare_runs(
            con,
            runs[0]["run_id"],
            runs[1]["run_id"],
            models=(options.model, options.other_model or options.model),
            seed=options.seed,
            resamples=options.resamples,
        )
    rows = rows_asked_for(table, options)
    print(json.dumps({"runs": runs, "rows": rows}, indent=2) if options.json
          else report(runs, rows))  # fmt: skip
