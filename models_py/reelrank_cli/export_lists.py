"""`reelrank export-lists`: the lists of the latest run as Parquet, one row per user."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from reelrank_cli.options import Parser, a_path, add_db, add_json, whole_number
from reelrank_cli.runs import run_words

WHEN_STOPPED = "nothing was written"
EXAMPLES = """examples:
  reelrank export-lists                       lists.parquet here, one row per user
  reelrank export-lists --out /store/lists.parquet --k 50
  duckdb -c "from 'lists.parquet' limit 1"    user_id is the key, videos the value
"""


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = Parser(
        "export-lists", "Write the lists of the latest run for a key-value store.", EXAMPLES
    )
    what = parser.add_argument_group("what to write")
    what.add_argument(
        "--out", type=a_path, default=Path("lists.parquet"), metavar="FILE",
        help="default: lists.parquet; an earlier one is replaced at once",
    )  # fmt: skip
    what.add_argument(
        "--k", type=whole_number(1, 1000), default=100, metavar="N",
        help="videos of each list, as far as there are (default: 100)",
    )  # fmt: skip
    how = parser.add_argument_group("how")
    add_db(how)
    add_json(how)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    from reelrank_cli.serving.snapshot import export_lists

    options = read_options(arguments)
    facts, count = export_lists(options.db, options.out, options.k)
    if options.json:
        print(json.dumps(facts | {"file": str(options.out), "user_count": count}, indent=2))
        return
    print(f"{options.out}: lists of {count:,} users, run {run_words(facts)}")
