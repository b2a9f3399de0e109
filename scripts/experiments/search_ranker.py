"""Fit the ranker's trees with one parameter changed at a time, and print what each change brings.

Takes one or more databases, such as simulated logs of several seeds. Dense users are those of the
tune half. A change is worth taking if it is better by more than two fits of the preset differ.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from compare_heads import judge, score
from reelrank.presets import RankerSettings, read_preset
from reelrank.progress import progress, say
from reelrank.ranker import FittedHead, TrainingRows, fit_heads, read_features
from reelrank.warehouse.checks import check_ready, read_source
from reelrank.warehouse.connection import open_for_reading
from reelrank_cli.main import run_script
from reelrank_cli.options import add_json
from shared import embedded_job, parser_of, training_rows

GRID = {
    "num_leaves": (7, 15, 63),
    "learning_rate": (0.05, 0.1, 0.4),  # of both heads
    "feature_fraction": (0.15, 0.6),
    "bagging_fraction": (0.5, 1.0),
    "lambda_l2": (0.0, 50.0),
    "min_data_in_leaf": (20, 1_000),
}
FIGURES = {
    "long_view": ("dense long_view", "holdout long_view"),
    "log_play": ("dense watch_ratio_above_1", "holdout watch_ratio_above_1",
                 "dense mae", "holdout mae"),
}  # fmt: skip
EXAMPLES = """examples:
  python scripts/experiments/search_ranker.py
  python scripts/experiments/search_ranker.py --dbs seed1.duckdb seed2.duckdb --json
  python scripts/experiments/search_ranker.py --parameters num_leaves learning_rate
"""


@dataclass(frozen=True)
class Variant:
    """The preset, or the preset with one parameter changed, and a seed of the fit."""

    name: str
    settings: RankerSettings
    seed: int


def read_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = parser_of(__doc__, EXAMPLES)
    what = parser.add_argument_group("what to search")
    what.add_argument("--dbs", nargs="+", type=Path, metavar="FILE",
                      help="several databases (default: that of --db)")  # fmt: skip
    what.add_argument("--preset", default="default", metavar="NAME",
                      help="parameters (default: %(default)s)")  # fmt: skip
    what.add_argument("--parameters", nargs="+", choices=GRID, default=list(GRID), metavar="NAME",
                      help=f"of {', '.join(GRID)} (default: all)")  # fmt: skip
    add_json(parser)
    return parser.parse_args()


def variants(settings: RankerSettings, names: list[str], seed: int) -> Iterator[Variant]:
    """Yield the preset with three seeds, then one change at a time."""
    for number in range(3):
        yield Variant("preset", settings, seed + number)
    for name in names:
        for value in GRID[name]:
            rates = settings.learning_rates
            if name == "learning_rate" and rates:
                pace = value / settings.parameters.learning_rate
                rates = {head: rate * pace for head, rate in rates.items()}
            parameters = replace(settings.parameters, **{name: value})
            changed = replace(settings, parameters=parameters, learning_rates=rates)
            yield Variant(f"{name} = {value:g}", changed, seed)


def search(db: Path, arguments: argparse.Namespace) -> list[dict[str, object]]:
    """Fit and judge every variant on one database: a row for each."""
    preset = read_preset(arguments.preset)
    with open_for_reading(db, arguments.threads, "2GB") as con:
        check_ready(con)
        source = read_source(con)
        say(f"{db}: {source.label}")
        features = read_features(con, preset.ranker.feature_set)
        job = embedded_job(con, preset, features, arguments.seed, arguments.threads)
        limit = min(preset.ranker.max_train_rows, source.row_counts["train"])
        rows = training_rows(job, preset.ranker.feature_set, limit, arguments.seed)
        wanted = list(variants(preset.ranker, arguments.parameters, arguments.seed))
        fitted = [fit(rows, features, variant, arguments.threads) for variant in wanted]
        del rows
        heads = [head for heads in fitted for head in heads]
        scored = pa.concat_tables(list(score(job, heads, source.row_counts)))
    judged = iter(judge(head, number, scored, "tune") for number, head in enumerate(heads))
    found = []
    for variant, heads in zip(wanted, fitted, strict=True):
        row: dict[str, object] = {"data": source.label, "variant": variant.name}
        for head in heads:
            figures = next(judged)
            row |= {name: figures[name] for name in FIGURES[head.head.name] if name in figures}
            row[f"{head.head.name} rounds"] = head.round_count
        found.append(row)
    return found


def fit(rows: TrainingRows, features: list, variant: Variant, threads: int) -> list[FittedHead]:
    """Fit both heads of a variant, on the bins of its own parameters."""
    heads = tuple(FIGURES)
    with progress(variant.name, variant.settings.max_rounds * len(heads), "rounds") as update:
        return fit_heads(rows, features, replace(variant.settings, heads=heads),
                         seed=variant.seed, threads=threads, on_round=update)  # fmt: skip


def summary(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Means over the logs; of the preset also the mean range over its seeds."""
    names = [name for name in rows[0] if name not in ("data", "variant")]
    logs = sorted({row["data"] for row in rows})
    table = []
    for variant in dict.fromkeys(row["variant"] for row in rows):
        mine = [row for row in rows if row["variant"] == variant]
        line: dict[str, object] = {"variant": variant}
        line |= {name: round(float(np.mean([row[name] for row in mine])), 4) for name in names}
        table.append(line)
        if variant == "preset":
            ranges = {
                name: [np.ptp([row[name] for row in mine if row["data"] == log]) for log in logs]
                for name in names
            }
            spread = {name: round(float(np.mean(values)), 4) for name, values in ranges.items()}
            table.append({"variant": "range over 3 fits", **spread})
    return table


def main() -> None:
    """Run the command line."""
    arguments = read_arguments()
    rows = [row for db in arguments.dbs or [arguments.db] for row in search(db, arguments)]
    if arguments.json:
        print(json.dumps(rows, indent=1))
        return
    table = summary(rows)
    print(f"| {' | '.join(table[0])} |\n|{'---|' * len(table[0])}")
    for line in table:
        print(f"| {' | '.join(str(cell) for cell in line.values())} |")


if __name__ == "__main__":
    run_script(main)
