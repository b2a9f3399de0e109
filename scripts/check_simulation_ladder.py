"""Compare how well usual models rank a simulated source with what they reach on the real one.

Reads the latest run of the default preset: its rules, its ALS and the truth, on the dense matrix.
"""

import argparse
import json
from dataclasses import asdict, dataclass

import duckdb
from reelrank.errors import UserError
from reelrank.publication import find_run
from reelrank.warehouse.connection import open_for_reading
from reelrank_cli.main import run_script
from reelrank_cli.options import add_db, add_json

EXAMPLES = """example:
  python scripts/check_simulation_ladder.py --db full.duckdb  # exits with 1 if a step is outside
"""
# nDCG@10 on the dense matrix; the real figures of watch_ratio > 1 are over 193 videos only, so
# that only their difference can be compared
STEPS = (
    ("long_view", "random", 0.149),
    ("long_view", "best_received", 0.208),
    ("long_view", "als", 0.271),
    ("long_view", "oracle", None),
    ("watch_ratio_above_1", "shortest_first", None),
    ("watch_ratio_above_1", "best_received", None),
)
REAL_DIFFERENCE = 0.002
GAP = 0.03


@dataclass(frozen=True)
class Step:
    """What a model reaches here, and on the real files where that was published."""

    name: str
    measured: float
    real: float | None

    @property
    def is_inside(self) -> bool:
        """Whether the step is within its gap of the real one."""
        return self.real is None or abs(self.measured - self.real) <= GAP


def read_steps(con: duckdb.DuckDBPyConnection, run_id: str) -> list[Step]:
    """Read the steps of a run; without those that it has no figure of, such as the truth."""
    found = {
        (relevance, model): value
        for relevance, model, value in con.execute(
            "select relevance, model, value from ml.metrics where run_id = ? and k = 10"
            " and protocol = 'dense' and metric = 'ndcg'",
            [run_id],
        ).fetchall()
    }
    steps = [
        Step(f"{relevance}: {model}", found[relevance, model], real)
        for relevance, model, real in STEPS
        if (relevance, model) in found
    ]
    if len(steps) < len(STEPS) - 1:
        raise UserError(f"Run {run_id} was not judged on a dense matrix.", "Train with dense data.")
    apart = steps[-2].measured - steps[-1].measured
    name = "watch_ratio_above_1: shortest_first minus best_received"
    return [*steps, Step(name, apart, REAL_DIFFERENCE)]


def report(steps: list[Step], source: str, is_judged: bool) -> str:
    """Lay the steps out as a table, with the data they belong to."""
    lines = [f"{source}, beside the real KuaiRec; nDCG@10, dense matrix, gap {GAP}"]
    for step in steps:
        real = "" if step.real is None else f"{step.real:.3f}"
        verdict = ("inside" if step.is_inside else "OUTSIDE") if is_judged and real else ""
        lines.append(f"{step.name:<58}{real:>8}{step.measured:>8.3f}  {verdict}".rstrip())
    if not is_judged:
        lines.append("not judged: the real figures are those of the full size")
    return "\n".join(lines)


def main() -> int:
    """Run the command line; 1 if a step is outside."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_db(parser.add_argument_group("what to read"), "database with a run of the default preset")
    add_json(parser)
    options = parser.parse_args()
    with open_for_reading(options.db, 2, "2GB") as con:
        run = find_run(con, preset="default")
        steps = read_steps(con, run["run_id"])
    is_judged = not run["is_simulated"] or "(full," in run["data_source"]
    if options.json:
        found = [asdict(step) | {"inside": step.is_inside} for step in steps]
        print(json.dumps({"data_source": run["data_source"], "steps": found}, indent=2))
    else:
        print(report(steps, run["data_source"], is_judged))
    return 0 if not is_judged or all(step.is_inside for step in steps) else 1


if __name__ == "__main__":
    run_script(main)
