"""`reelrank recommend`: the list of a user, as `from recommend(user)` of the database gives it."""

from __future__ import annotations

import argparse
import json

from reelrank.errors import UserError
from reelrank.publication import published_runs
from reelrank.warehouse.connection import open_for_reading

from reelrank_cli.options import Parser, add_db, add_json, whole_number

WHEN_STOPPED = "nothing was changed"
EXAMPLES = """examples:
  reelrank recommend 14              the ten best videos for user 14, with a reason each
  reelrank recommend 14 --k 50       more of them
  reelrank recommend 14 --json       for machines
"""


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = Parser(
        "recommend", "Show the list of a user, best first, with a reason each.", EXAMPLES
    )
    parser.add_argument("user", help="user id, as in the log")
    what = parser.add_argument_group("what to show")
    what.add_argument(
        "--k", type=whole_number(1, 1000), default=10, metavar="N", help="videos (default: 10)"
    )
    how = parser.add_argument_group("how")
    add_db(how)
    add_json(how)
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Run the command.

    Raises
    ------
    UserError
        If nothing is trained yet, or the user has no list.
    """
    options = read_options(arguments)
    with open_for_reading(options.db, threads=1, memory_limit="1GB") as con:
        runs = published_runs(con)
        if not runs:
            raise UserError("The database holds no training run.", "Train first: reelrank train")
        found = con.execute(
            "from main.recommend($user, k := $k)", {"user": options.user, "k": options.k}
        )
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    if not rows or rows[0]["rank"] is None:
        why = f": {rows[0]['reason']}" if rows else ""
        raise UserError(
            f"Run {runs[0]['run_id']} has no list for user {options.user!r}{why}.",
            'See who has one: duckdb FILE "select distinct user_id from ml.recommendations"',
        )
    facts = {name: runs[0][name] for name in ("run_id", "data_source", "is_simulated")}
    if options.json:
        print(json.dumps({**facts, "user": options.user, "list": rows}, indent=2))
        return
    label = "SIMULATED data: " if facts["is_simulated"] else "data: "
    print(f"user {options.user}, run {facts['run_id']}, {label}{facts['data_source']}")
    for row in rows:
        length = f"{row['duration_s']:.1f} s"
        print(f"{row['rank']:>4}  video {row['video_id']:<8} {length:>8}  {row['reason']}")
