"""`reelrank recommend`: a list, as `from recommend(user)` or `recommend_for(history)` gives it."""

from __future__ import annotations

import argparse
import json

import duckdb
from reelrank.errors import UserError
from reelrank.progress import say
from reelrank.publication import find_run
from reelrank.warehouse.connection import open_for_reading
from reelrank.warehouse.sql import rows_of

from reelrank_cli.history import REMEDY, read_history
from reelrank_cli.options import Parser, add_db, add_json, whole_number
from reelrank_cli.runs import run_facts, run_words

UNKNOWN_VIDEOS = (
    "select count(*) from (select unnest($history, recursive := true)) as given"
    " where not exists (from main.videos where videos.video_id::varchar = given.video_id)"
)
WHEN_STOPPED = "nothing was changed"
EXAMPLES = """examples:
  reelrank recommend 14              the ten best videos for user 14, with a reason each
  reelrank recommend 14 --k 50       more of them
  reelrank recommend 14 --json       for machines
  reelrank recommend --history "148:0.9,12:1.4"    for someone who is in no table, who watched
                                     video 148 to 90 % and video 12 one and a half times
  reelrank recommend --history seen.csv            the same from a file: video_id,watch_ratio
"""


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = Parser(
        "recommend", "Show the list of a user, best first, with a reason each.", EXAMPLES
    )
    parser.add_argument("user", nargs="?", help="user id, as in the log")
    what = parser.add_argument_group("what to show")
    what.add_argument(
        "--history",
        metavar="VIEWS",
        help='instead of a user: what someone watched and how far, "id:ratio,..." or a CSV file '
        "(default: none)",
    )
    what.add_argument(
        "--k", type=whole_number(1, 1000), default=10, metavar="N", help="videos (default: 10)"
    )
    how = parser.add_argument_group("how")
    add_db(how)
    add_json(how)
    options = parser.parse_args(arguments)
    if (options.user is None) == (options.history is None):
        parser.error("give either a user or --history")
    return options


def main(arguments: list[str] | None = None) -> None:
    """Run the command.

    Raises
    ------
    UserError
        If nothing is trained yet, or the user has no list.
    """
    options = read_options(arguments)
    history = None if options.history is None else read_history(options.history)
    with open_for_reading(options.db, threads=1, memory_limit="1GB") as con:
        run = find_run(con)
        rows = list_for(con, options.user, history, options.k)
    if not rows or rows[0]["rank"] is None:
        why = f": {rows[0]['reason']}" if rows else ""
        if history is not None:
            raise UserError("No video is left: all of them are in --history.", REMEDY)
        raise UserError(
            f"Run {run['run_id']} has no list for user {options.user!r}{why}.",
            'See who has one: duckdb FILE "select distinct user_id from ml.recommendations"',
        )
    if options.json:
        print(json.dumps({**run_facts(run), "user": options.user, "list": rows}, indent=2))
        return
    who = f"user {options.user}" if history is None else f"someone after {len(history)} views"
    print(f"{who}, run {run_words(run)}")
    for row in rows:
        length = f"{row['duration_s']:.1f} s"
        print(f"{row['rank']:>4}  video {row['video_id']:<8} {length:>8}  {row['reason']}")


def list_for(
    con: duckdb.DuckDBPyConnection, user: str | None, history: list[dict] | None, k: int
) -> list[dict]:
    """Ask for the list of a user, or of someone with a history, by column names."""
    if history is None:
        found = con.execute("from main.recommend($user, k := $k)", {"user": user, "k": k})
    else:
        unknown = con.execute(UNKNOWN_VIDEOS, {"history": history}).fetchone()[0]
        if unknown:
            say(f"note: {unknown} of {len(history)} views are of videos that are not in the data")
        found = con.execute(
            "from main.recommend_for($history, k := $k)", {"history": history, "k": k}
        )
    return rows_of(found)
