"""Time every table macro of a database through the duckdb command line, cold and warm.

Cold is a whole new process: start, open the file, ask, print. Warm is the same question asked
again in one process. Both must stay under 200 ms at full scale on a machine that is not busy;
the processor time beside them says how busy it was.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import duckdb
from reelrank.errors import UserError
from reelrank.warehouse.connection import open_for_reading

LIMIT_MS = 200
EXAMPLES = """examples:
  python scripts/time_answers.py                   exits with 1 if one takes over 200 ms
  python scripts/time_answers.py --db full.duckdb --repeats 20 --json
"""


def questions(con: duckdb.DuckDBPyConnection) -> list[str]:
    """One question per macro, about a user and a video that the latest run knows."""
    found = con.execute(
        "select user_id, video_id from ml.recommendations where rank = 1 "
        "and run_id = (select run_id from ml.latest_run) order by user_id "
        "limit 1 offset (select count(*) // 2 from staging.stg_users)"
    ).fetchone()
    if found is None:
        raise UserError("The latest run has no recommendations.", "Train again: models_py/train.py")
    user, video = found
    presets = [name for (name,) in con.execute("select distinct preset from ml.runs").fetchall()]
    return [
        f"recommend({user}, 10)",
        f"candidates({user}, 50)",
        f"similar_videos({video}, 10)",
        f"similar_users({user}, 10)",
        f"user_profile({user})",
        f"video_profile({video})",
        f"explain({user}, {video})",
        "leaderboard()",
        f"compare_runs('{presets[0]}', '{presets[-1]}')",
        "data_quality()",
    ]


def cold_ms(db: Path, question: str) -> tuple[float, float]:
    """Wall and processor milliseconds of a whole process of the command line that asks once."""
    cli = Path(sys.executable).with_name("duckdb")
    spent_before, started = _processor_seconds(), time.perf_counter()
    subprocess.run(
        [str(cli), "-readonly", str(db), f"from {question}"], check=True, stdout=subprocess.DEVNULL
    )
    wall = time.perf_counter() - started
    return 1000 * wall, 1000 * (_processor_seconds() - spent_before)


def _processor_seconds() -> float:
    """Processor time of all processes started and ended so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def warm_ms(con: duckdb.DuckDBPyConnection, question: str) -> float:
    """Milliseconds of one question in an open connection."""
    started = time.perf_counter()
    con.execute(f"from {question}").fetchall()
    return 1000 * (time.perf_counter() - started)


def measure(db: Path, repeats: int) -> list[dict[str, object]]:
    """Medians per question over `repeats`."""
    with open_for_reading(db, 2, "1GB") as con:
        asked = questions(con)
        warm = {q: [warm_ms(con, q) for _ in range(repeats + 1)][1:] for q in asked}
    rows = []
    for question in asked:
        cold = [cold_ms(db, question) for _ in range(repeats)]
        rows.append(
            {
                "question": question,
                "cold_ms": round(statistics.median(wall for wall, _ in cold)),
                "cold_processor_ms": round(statistics.median(spent for _, spent in cold)),
                "warm_ms": round(statistics.median(warm[question])),
            }
        )
    return rows


def main() -> int:
    """Run the command line; 1 if a question takes too long or the user erred."""
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n", maxsplit=1)[0], epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    what = parser.add_argument_group("what to time")
    db = os.environ.get("REELRANK_DB") or "reelrank.duckdb"
    what.add_argument(
        "--db", type=Path, default=Path(db), metavar="FILE",
        help="database with a finished run (default: $REELRANK_DB, now %(default)s)",
    )  # fmt: skip
    what.add_argument(
        "--repeats", type=int, default=5, metavar="N", help="times per question (default: 5)"
    )
    parser.add_argument_group("results").add_argument(
        "--json", action="store_true", help="print the result as JSON"
    )
    options = parser.parse_args()
    try:
        rows = measure(options.db, options.repeats)
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(rows, indent=2))
    else:
        print(f"{'question':<38} {'cold ms':>8} {'processor':>10} {'warm ms':>8}")
        for row in rows:
            print(
                f"{row['question']:<38} {row['cold_ms']:>8} {row['cold_processor_ms']:>10} "
                f"{row['warm_ms']:>8}"
            )
    return int(any(row["cold_ms"] > LIMIT_MS for row in rows))


if __name__ == "__main__":
    sys.exit(main())
