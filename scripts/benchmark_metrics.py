"""Time the evaluation on random predictions of full size: how long SQL metrics take.

The numbers it judges are random and mean nothing; only the time and the memory do.
"""

import argparse
import resource
import time
from pathlib import Path

import duckdb
from reelrank.evaluation import evaluate, judging, sql
from reelrank.evaluation.orderings import ROW_ORDERINGS, ROW_PROTOCOLS
from reelrank.evaluation.ranking import judge_current

ROOT = Path(__file__).resolve().parents[1]

WORLD = Path(__file__).with_name("benchmark_metrics.sql")
EXAMPLES = """examples:
  python scripts/benchmark_metrics.py                 full size, minutes
  python scripts/benchmark_metrics.py --share 0.05    a twentieth of the rows
"""


def build(threads: int, share: float) -> duckdb.DuckDBPyConnection:
    """Random tables of a share of full size: users and videos shrink with its square root."""
    con = duckdb.connect()
    con.execute(f"set threads = {int(threads)}")
    con.execute("create schema training; create schema staging; create schema features")
    side = share**0.5
    counts = {
        "users": 7176, "videos": 10728, "dense_users": 1411, "dense_videos": 3314,
    }  # fmt: skip
    for name, count in counts.items():
        con.execute(f"set variable {name} = {round(count * side)}")
    con.execute(f"set variable events = {round(11_562_802 * share)}")
    con.execute(WORLD.read_text(encoding="utf-8"))
    return con


def clocks() -> tuple[float, float]:
    """Read the wall clock and the processor time of all threads, in seconds."""
    return time.monotonic(), time.process_time()


def since(started: tuple[float, float]) -> str:
    """Say what has passed since; a busy machine shows in the first, not in the second."""
    wall, processor = (now - then for now, then in zip(clocks(), started, strict=True))
    return f"{wall:.1f} s, {processor:.1f} s of processor time"


def time_one_model(con: duckdb.DuckDBPyConnection) -> str:
    """Rank one model and compute all its metrics on all predictions; say how long it took."""
    for result in judging.RESULTS:
        sql.run(con, f"results/{result}")
    judging._prepare(con, 42)
    ordering = next(ordering for ordering in ROW_ORDERINGS if ordering.model == "ranker")
    started = clocks()
    sql.run(con, ordering.scores)
    judge_current(con, "benchmark", ordering, ROW_PROTOCOLS)
    return since(started)


def main() -> None:
    """Build, time one model, time everything."""
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    what = parser.add_argument_group("what to time")
    what.add_argument(
        "--share", type=float, default=1.0, metavar="X",
        help="share of full size (default: 1, 7.2 M rows)",
    )  # fmt: skip
    what.add_argument(
        "--threads", type=int, default=2, metavar="N", help="DuckDB threads (default: 2)"
    )
    options = parser.parse_args()
    con = build(options.threads, options.share)
    rows = con.table("run_predictions").shape[0]
    print(f"one model, one relevance, {rows:,} predictions: {time_one_model(con)}", flush=True)
    started = clocks()
    evaluate(con, "benchmark", seed=42)
    print(f"whole evaluation: {since(started)}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(f"peak memory, the random tables included: {peak:.1f} GB")


if __name__ == "__main__":
    main()
