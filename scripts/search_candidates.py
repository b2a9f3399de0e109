"""Search ALS parameters on the last days of train, and print what each setting reaches."""

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from reelrank.candidates.search import GRID, Outcome, read_validation, search
from reelrank.errors import UserError
from reelrank.presets import read_preset
from reelrank.progress import progress, say
from reelrank.warehouse.checks import check_ready, read_source
from reelrank.warehouse.connection import open_for_reading

OBJECTIVES = ("recall_at_100", "ndcg_at_10", "auc")
EXAMPLES = """examples:
  python scripts/search_candidates.py --section candidates --objective recall_at_100
  python scripts/search_candidates.py --section embeddings --objective auc --days 5
"""


def read_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_argument_group("what to search")
    db = os.environ.get("REELRANK_DB") or "reelrank.duckdb"
    what.add_argument("--db", type=Path, default=Path(db), help="database (default: %(default)s)")
    what.add_argument("--preset", default="default", help="where to start (default: %(default)s)")
    what.add_argument(
        "--section",
        choices=["candidates", "embeddings"],
        default="candidates",
        help="whose ALS (default: %(default)s)",
    )
    what.add_argument(
        "--objective",
        choices=OBJECTIVES,
        default="recall_at_100",
        help="what to make large (default: %(default)s)",
    )
    what.add_argument(
        "--days",
        type=int,
        default=3,
        help="last days of train to validate on (default: %(default)s)",
    )
    what.add_argument(
        "--passes", type=int, default=2, help="rounds over all parameters (default: %(default)s)"
    )
    what.add_argument("--seed", type=int, default=42, help="default: %(default)s")
    what.add_argument("--threads", type=int, default=os.cpu_count(), help="default: all")
    results = parser.add_argument_group("results")
    results.add_argument("--json", action="store_true", help="print one JSON object per line")
    return parser.parse_args()


def run(arguments: argparse.Namespace) -> None:
    """Search, printing each setting as it is tried and the best at the end."""
    preset = read_preset(arguments.preset)
    section = getattr(preset, arguments.section)
    if section is None:
        raise UserError(f"Preset {preset.name} has no embeddings.", "Choose --section candidates.")
    with open_for_reading(arguments.db, arguments.threads, "2GB") as con:
        check_ready(con)
        label = read_source(con).label
        validation = read_validation(con, arguments.days)
    met = validation.met.nnz
    say(f"{label}: {met:,} first meetings in the last {arguments.days} days of train")
    best = None
    total = sum(len(values) for values in GRID.values()) * arguments.passes
    with progress("search", total, "fits") as update:
        outcomes = search(
            validation,
            section.als,
            lambda outcome: getattr(outcome, arguments.objective),
            passes=arguments.passes,
            seed=arguments.seed,
            threads=arguments.threads,
            on_fit=update,
        )
        if not arguments.json:
            print(f"on {label}", flush=True)
        for outcome in outcomes:
            print(line(outcome, label, arguments.json), flush=True)
            if best is None or getattr(outcome, arguments.objective) > getattr(
                best, arguments.objective
            ):
                best = outcome
    print(("" if arguments.json else "best: ") + line(best, label, arguments.json))


def line(outcome: Outcome, label: str, as_json: bool) -> str:
    """One outcome as text or JSON, which names the data that it is of."""
    if as_json:
        return json.dumps({"data_source": label, **asdict(outcome)})
    values = " ".join(f"{name}={value}" for name, value in asdict(outcome.settings).items())
    return (
        f"recall@100 {outcome.recall_at_100:.4f}  nDCG@10 {outcome.ndcg_at_10:.4f}  "
        f"AUC {outcome.auc:.4f}  {values}"
    )


def main() -> int:
    """Run the command line; 0 on success, 1 after an error of the user."""
    try:
        run(read_arguments())
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
