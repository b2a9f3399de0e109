"""How long one user's recommendations take, from a cold start and warm."""

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path

from reelrank.errors import UserError

STARTED_AT = time.perf_counter()
EXAMPLES = """examples:
  python scripts/time_one_user.py --user 14
  python scripts/time_one_user.py --db full.duckdb --repeats 50 --json
"""


def read_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_argument_group("what to time")
    db = os.environ.get("REELRANK_DB") or "reelrank.duckdb"
    what.add_argument("--db", type=Path, default=Path(db), help="database (default: %(default)s)")
    what.add_argument("--user", type=int, default=14, help="user id (default: %(default)s)")
    what.add_argument("--repeats", type=int, default=20, help="warm calls (default: %(default)s)")
    what.add_argument("--threads", type=int, default=1, help="threads (default: %(default)s)")
    parser.add_argument_group("results").add_argument(
        "--json", action="store_true", help="print the result as JSON"
    )
    return parser.parse_args()


def measure(arguments: argparse.Namespace) -> dict[str, object]:
    """Time the first call from the start of the process, then warm calls."""
    # here, because loading them is part of a cold start
    from reelrank.serving import load_run, recommend_for_user
    from reelrank.warehouse.connection import open_for_reading

    with open_for_reading(arguments.db, arguments.threads, "1GB") as con:
        served = load_run(con)
        loaded_at = time.perf_counter()
        found = recommend_for_user(con, served, arguments.user, arguments.threads)
        first_at = time.perf_counter()
        warm = []
        for _ in range(max(arguments.repeats, 1)):
            started = time.perf_counter()
            recommend_for_user(con, served, arguments.user, arguments.threads)
            warm.append(time.perf_counter() - started)
    return {
        "run_id": served.run_id,
        "user_id": arguments.user,
        "recommendations": found.num_rows,
        "cold_ms": round((first_at - STARTED_AT) * 1000, 1),
        "cold_import_and_load_ms": round((loaded_at - STARTED_AT) * 1000, 1),
        "warm_median_ms": round(statistics.median(warm) * 1000, 1),
        "warm_slowest_ms": round(max(warm) * 1000, 1),
    }


def main() -> int:
    """Run the command line; 0 on success, 1 after an error of the user."""
    arguments = read_arguments()
    try:
        result = measure(arguments)
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps(result, indent=2))
    else:
        print("\n".join(f"{name:<24} {value}" for name, value in result.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
