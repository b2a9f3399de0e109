"""How good lists for new users and audiences for new videos are, after few events.

Takes users, then videos, out of train, fits the vectors of stage one without them, and asks
recommend_for and audience_for about them with their last events before the boundary. Judged are
the list (end to end: what they watched after the boundary) and taste (their pairs of the dense
matrix). The run that knew them, whose database this reads, is in the last rows.
"""

import argparse
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import duckdb
import numpy as np
from reelrank import training
from reelrank.errors import UserError
from reelrank.evaluation import bootstrap
from reelrank.evaluation.ranking import ndcg_of_bits
from reelrank.presets import read_preset
from reelrank.progress import progress
from reelrank.publication import published_runs, write_table
from reelrank.warehouse.connection import open_for_reading, reopen_for_writing
from reelrank_cli.main import run_script
from reelrank_cli.options import whole_number
from shared import parser_of

COUNTS = (0, 1, 3, 10, 30)
ALL = 1_000_000  # events: all that are in train
NOTHING = -1  # not even the content of a video
FOLDER = Path(__file__).parent
EXAMPLES = """examples:
  python scripts/experiments/new_users.py
  python scripts/experiments/new_users.py --db full.duckdb --count 200 --json
"""


def read_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = parser_of(__doc__, EXAMPLES)
    what = parser.add_argument_group("what to take out")
    what.add_argument("--count", type=whole_number(2, 100_000), default=150, metavar="N",
                      help="users, and videos (default: 150)")  # fmt: skip
    what.add_argument("--work", type=Path, default=Path("data/new_users"), metavar="DIR",
                      help="of the copies of the database (default: %(default)s)")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args()


def sql(name: str) -> str:
    """Read one of the queries beside this script."""
    return (FOLDER / "new_users" / f"{name}.sql").read_text(encoding="utf-8")


def fit_without(kind: str, options: argparse.Namespace, preset_name: str) -> Path:
    """Copy the database, take users or videos out of train, and publish vectors without them."""
    options.work.mkdir(parents=True, exist_ok=True)
    copy = options.work / f"{kind}.duckdb"
    copy.with_name(f"{copy.name}.wal").unlink(missing_ok=True)  # of an attempt that was stopped
    shutil.copy(options.db, copy)
    with duckdb.connect(str(copy)) as con:
        con.execute(sql(f"take_out_{kind}"), {"count": options.count, "seed": options.seed})
        con.execute(sql("remove"))
    preset = read_preset(preset_name)
    with open_for_reading(copy, options.threads, "2GB") as con:
        job = training.start_job(con, preset, [], options.seed, options.threads)
        log = training.read_train_log(con)
        training.fit_embeddings(job, log, training.fit_stage_one(job, log))
        reopen_for_writing(con, copy, 60)
        con.execute(sql("publish"), {"parameters": json.dumps(asdict(preset))})
        for table in ("video_factors", "embedding_vectors"):
            write_table(con, table, "all", "without", "")
    return copy


def ask_users(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Ask for the whole order of every user taken out; yields after each answer."""
    events = views_of(con, "user_id", "from_last", "video_id")
    for user, views in events.items():
        for count in (*COUNTS, ALL):
            values = {"user": user, "count": count, "views": views[:count]}
            con.execute(sql("ask_user"), values)
            yield


def ask_videos(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Ask for the audience of every video taken out, without and with its content."""
    events = views_of(con, "video_id", "from_first", "user_id")
    for content in con.execute(sql("contents")).to_arrow_table().to_pylist():
        views = events[content["video"]]
        nothing = dict.fromkeys(("category", "tag", "author"), -2) | {"caption": None}
        con.execute(sql("ask_video"), content | nothing | {"count": NOTHING, "views": []})
        yield
        for count in (*COUNTS, ALL):
            con.execute(sql("ask_video"), content | {"count": count, "views": views[:count]})
            yield


def views_of(
    con: duckdb.DuckDBPyConnection, mine: str, order: str, other: str
) -> dict[int, list[dict]]:
    """Read the views taken out, in order, by whose they are."""
    found = con.execute(f"select {mine}, {other}, watch_ratio from taken_out order by 1, {order}")
    views: dict[int, list[dict]] = {}
    for whose, seen, ratio in found.fetchall():
        views.setdefault(whose, []).append({other: str(seen), "watch_ratio": ratio})
    return views


def measure(con: duckdb.DuckDBPyConnection, kind: str, seed: int) -> list[dict]:
    """Give nDCG@10 after each number of events, with intervals, and less that of 0 events."""
    found = con.execute(sql(f"judge_{kind}")).fetchnumpy()
    ndcg = ndcg_of_bits(found["hit_bits"], found["relevant_count"], 10)
    if "ndcg" in found:  # of the run that was trained with them
        ndcg = np.ma.filled(np.ma.where(np.ma.getmaskarray(found["ndcg"]), ndcg, found["ndcg"]))
    rows = []
    for question in dict.fromkeys(found["question"]):
        of = found["question"] == question
        ids = np.unique(found["id"][of])
        columns = list(dict.fromkeys(found["known"][of]))
        table = np.full((len(ids), len(columns)), np.nan)
        places = [columns.index(name) for name in found["known"][of]]
        table[np.searchsorted(ids, found["id"][of]), places] = ndcg[of]
        table = table[~np.isnan(table).any(axis=1)]
        weights = bootstrap.user_weights(len(table), 1_000, seed)
        values = bootstrap.estimates(*bootstrap.means(table, weights))
        gains = bootstrap.estimates(
            *bootstrap.means(table - table[:, [columns.index("0")]], weights)
        )
        rows += [
            {"question": question, "known": name, "count": len(table),
             "ndcg": values.value[i], "low": values.low[i], "high": values.high[i],
             "gain": gains.value[i], "gain_low": gains.low[i], "gain_high": gains.high[i]}
            for i, name in enumerate(columns)
        ]  # fmt: skip
    return rows


def markdown(rows: list[dict]) -> str:
    """Lay the figures out, one table for each question."""
    lines = []
    for question in dict.fromkeys(row["question"] for row in rows):
        mine = [row for row in rows if row["question"] == question]
        lines += ["", f"**{question}**, nDCG@10, {mine[0]['count']} of them:", ""]
        lines += ["| events known | nDCG@10 | difference from no event |", "|---|---|---|"]
        lines += [
            f"| {row['known']} | {row['ndcg']:.3f} ({row['low']:.3f} to {row['high']:.3f}) "
            f"| {row['gain']:+.3f} ({row['gain_low']:+.3f} to {row['gain_high']:+.3f}) |"
            for row in mine
        ]
    return "\n".join([*lines[1:], ""])


def main() -> None:
    """Take out, fit, ask, judge."""
    options = read_arguments()
    with open_for_reading(options.db, 1, "1GB") as con:
        runs = published_runs(con)
        if not runs or runs[0]["preset"] != "default":
            raise UserError("The latest run is not of preset default.", "Run: reelrank train")
    rows = []
    for kind, asked in (("users", ask_users), ("videos", ask_videos)):
        copy = fit_without(kind, options, "default")
        with duckdb.connect(str(copy)) as con:
            con.execute("set enable_progress_bar = false")
            con.execute(sql("answers"))
            answers = options.count * (len(COUNTS) + (1 if kind == "users" else 2))
            with progress(f"new {kind}", answers, "answers") as update:
                for _ in asked(con):
                    update(1)
            found = measure(con, kind, options.seed)
        copy.unlink()
        rows += found
        if not options.json:
            print(markdown(found), flush=True)
    if options.json:
        print(json.dumps(rows, indent=1))


if __name__ == "__main__":
    run_script(main)
