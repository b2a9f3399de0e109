"""Do the lists stay above every rule on small logs? The whole job on three made-up kinds of them.

80 users and 5,000 views; one day; a month of film ratings. Each is made from a seed, built and
trained like any own log. A row compares both stages with the rule that turns out best, chosen
after the fact, so that a rule has every advantage.
"""

import argparse
import subprocess
import sys
from pathlib import Path

import duckdb
from pyarrow import csv
from reelrank.errors import UserError
from reelrank.evaluation.orderings import BOTH, RULES
from reelrank.progress import say
from reelrank_cli.main import run_script

FOLDER = Path(__file__).parent / "small_logs"
CHANCE = "create macro chance(n, seed, what) as hash(n, seed, what) % 10000 / 10000"
ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = """examples:
  python scripts/experiments/small_logs.py
  python scripts/experiments/small_logs.py --seeds 1 2 3 --work data/small_logs
"""


def read_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    run = parser.add_argument_group("what to run")
    run.add_argument("--seeds", type=int, nargs="+", default=[1], metavar="N",
                     help="of the logs (default: 1)")  # fmt: skip
    run.add_argument("--work", type=Path, default=ROOT / "data/small_logs", metavar="DIR",
                     help="for logs and databases (default: data/small_logs)")  # fmt: skip
    return parser.parse_args()


def run_job(kind: str, seed: int, work: Path) -> Path:
    """Make a log, build and train; the database."""
    folder = work / f"{kind}-{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    query = (FOLDER / f"{kind}.sql").read_text(encoding="utf-8")
    with duckdb.connect() as con:
        con.execute(CHANCE)
        views = con.execute(query, {"seed": seed}).to_arrow_table()
    csv.write_csv(views, folder / "big_matrix.csv")
    database = folder / "reelrank.duckdb"
    job = [sys.executable, ROOT / "models_py", "build", "--data", folder, "--db", database,
           "--report", folder / "report.html"]  # fmt: skip
    done = subprocess.run(job, capture_output=True, text=True)
    if done.returncode:
        raise UserError(f"The job on {folder} ended with {done.returncode}.", done.stderr[-1000:])
    return database


def compare(database: Path, relevance: str) -> tuple:
    """Both stages, the best rule, and the difference with its 95 % interval."""
    with duckdb.connect(str(database), read_only=True) as con:
        return con.execute(
            "select ours.value, rules.model, rules.value, difference, c.ci_low, c.ci_high"
            " from ml.metrics as rules"
            " inner join ml.metrics as ours using (run_id, protocol, relevance, metric, k)"
            " inner join ml.comparisons as c using (run_id, protocol, relevance, metric, k)"
            " where protocol = 'end_to_end' and metric = 'ndcg' and k = 10"
            " and relevance = $relevance and ours.model = 'two_stage'"
            " and c.model = ours.model and c.baseline = rules.model"
            " and list_contains($rules, rules.model)"
            " order by rules.value desc limit 1",
            {"relevance": relevance, "rules": sorted({rule.model for rule in RULES})},
        ).fetchone()


def main() -> None:
    """Run every kind and seed, and print the table."""
    options = read_arguments()
    rows = []
    for kind in sorted(path.stem for path in FOLDER.glob("*.sql")):
        for seed in options.seeds:
            say(f"{kind}, seed {seed} ...")
            database = run_job(kind, seed, options.work)
            rows += [(kind, seed, name, *compare(database, name)) for name in BOTH]
    print("| log | seed | relevance | both stages | best rule | | difference |")
    print("|---|---|---|---|---|---|---|")
    for kind, seed, relevance, ours, rule, best, difference, low, high in rows:
        print(f"| {kind} | {seed} | {relevance} | {ours:.3f} | `{rule}` | {best:.3f}"
              f" | {difference:+.3f} ({low:+.3f}, {high:+.3f}) |")  # fmt: skip


if __name__ == "__main__":
    run_script(main)
