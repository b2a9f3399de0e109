"""Fit two towers on all of train, and judge them beside the factorisation and its parts.

Each training seed is fitted once. Dense users of one half and all holdout users order their videos
by the margin. By the number of train views of the video, and of the user, it says in which share of
a holdout user's pairs (one viewed long, one not) the long view comes first: what content is worth
where events are few.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import vl_convert
from reelrank.costs import measured
from reelrank.embeddings.play_time import (
    PlayLog,
    PlayTaste,
    fit_play_taste,
    read_levels,
    read_play_log,
)
from reelrank.evaluation.ranking import ndcg_of_rows
from reelrank.evaluation.split import is_test
from reelrank.neural.content import read_contents
from reelrank.neural.extra import need_extra
from reelrank.presets import EmbeddingSettings, read_preset
from reelrank.progress import progress, say
from reelrank.warehouse.checks import check_ready, read_source
from reelrank.warehouse.connection import open_for_reading
from reelrank.warehouse.sql import read_sql
from reelrank_cli.main import run_script
from reelrank_cli.options import add_json
from shared import parser_of

EXAMPLES = """examples:
  python scripts/experiments/towers.py --training-seeds 1 2 3
  python scripts/experiments/towers.py --db full.duckdb --half test --json > towers.json
  python scripts/experiments/towers.py --change retrieval_weight=0 --change factors=8
"""
ROWS = """
select user_id, video_id, is_long_view, hour_code(event_at) as hour,
    age_code(event_at, video_profiles.uploaded_on) as age, repeat_code(pair_watch_count) as repeat,
    ln(long_view_threshold * moments.video_duration_ms) as log_long_view
from training.ranker_moments as moments
left join features.video_profiles using (video_id)
where dataset = $protocol and nth_watch = 1
order by user_id, hash(video_id), video_id
"""
PROTOCOLS = ("dense", "holdout")
BINS = (0, 1, 10, 100, 1_000)  # first number of views of each


def auc_by_views(rows: dict, margins: np.ndarray, views: np.ndarray) -> dict[str, float]:
    """Share of pairs of one user's videos in the right order, both in the same bin of views."""
    bins = np.searchsorted(BINS, views, side="right") - 1
    found = {}
    for number, first in enumerate(BINS):
        here = (bins == number) & np.isfinite(margins)
        lists = np.unique(rows["user_id"][here], return_inverse=True)[1]
        order = np.lexsort((margins[here], lists))
        is_long = rows["is_long_view"][here][order]
        starts = np.flatnonzero(np.diff(lists[order], prepend=-1))
        short_before = np.cumsum(~is_long) - (~is_long)
        below = short_before - np.repeat(
            short_before[starts], np.diff(np.append(starts, len(order)))
        )
        pairs = sum(int(part.sum()) * int((~part).sum()) for part in np.split(is_long, starts[1:]))
        if pairs >= 1_000:
            found[f"{first:,}+"] = round(float(below[is_long].sum() / pairs), 4)
    return found


def judge(
    log: PlayLog,
    taste: PlayTaste,
    rows: dict[str, dict],
    users: np.ndarray,
    videos: np.ndarray,
    half: str,
) -> dict:
    """Order the rows of every protocol by the margin of biases and vectors."""
    found = {}
    for protocol, asked in rows.items():
        if not len(asked["user_id"]):
            continue
        of_user = np.searchsorted(log.user_ids, asked["user_id"])
        of_video = np.searchsorted(log.video_ids, asked["video_id"])
        usual = taste.levels.level[of_user] + users[of_user, 0] + videos[of_video, 0]
        usual += (users[of_user, 1:] * videos[of_video, 1:]).sum(axis=1)
        usual += sum(effects[asked[name]] for name, effects in taste.contexts.items())
        margins = (usual - asked["log_long_view"]) / taste.levels.spread[of_user]
        kept = is_test(asked["user_id"]) == (half == "test")
        kept |= protocol != "dense"
        lists = np.unique(asked["user_id"][kept], return_inverse=True)[1]
        values = ndcg_of_rows(lists, margins[kept], asked["is_long_view"][kept], 10)
        found[protocol] = round(float(np.nanmean(values)), 4)
        if protocol == "holdout":
            for name, size, events, places in (
                ("video", len(log.video_ids), log.videos, of_video),
                ("user", len(log.user_ids), log.users, of_user),
            ):
                views = np.bincount(events, minlength=size)[places]
                found[f"by {name} views"] = auc_by_views(asked, margins, views)
    return found


def draw(table: list[dict], label: str, file: Path) -> None:
    """Draw the shares of pairs in the right order by views, as a PNG."""
    points = [
        {"model": row["model"], "of": of, "views": first, "share": share}
        for row in table
        for of in ("video", "user")
        for first, share in row.get(f"by {of} views", {}).items()
    ]
    order = [f"{first:,}+" for first in BINS]
    one = {
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "views", "type": "ordinal", "sort": order, "title": "train views"},
            "y": {"field": "share", "aggregate": "mean", "type": "quantitative",
                  "scale": {"zero": False}, "title": "pairs in the right order"},
            "color": {"field": "model", "title": None},
        },
    }  # fmt: skip
    chart = {
        "title": f"By train views of video and user, {label}",
        "data": {"values": points},
        "facet": {"column": {"field": "of", "title": None}},
        "spec": {"width": 260, "height": 180} | one,
    }
    file.write_bytes(vl_convert.vegalite_to_png(chart, scale=1.2))


def read_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = parser_of(__doc__, EXAMPLES)
    what = parser.add_argument_group("what to fit")
    what.add_argument("--training-seeds", nargs="+", type=int, default=[1], metavar="N",
                      help="default: 1")  # fmt: skip
    what.add_argument("--half", choices=("tune", "test"), default="tune",
                      help="of the dense users (default: tune; test to report)")  # fmt: skip
    what.add_argument("--change", action="append", default=[], metavar="KEY=VALUE",
                      help="of [embeddings.two_tower]; a row each (default: none)")  # fmt: skip
    what.add_argument("--picture", type=Path, metavar="FILE",
                      help="PNG of the order by number of views (default: none)")  # fmt: skip
    add_json(parser)
    return parser.parse_args()


def compare(arguments: argparse.Namespace) -> tuple[str, list[dict]]:
    """Fit and judge the factorisation and the towers; the label of the data and a row for each."""
    preset = read_preset("two_tower").embeddings
    with open_for_reading(arguments.db, arguments.threads, "2GB") as con:
        check_ready(con)
        label = read_source(con).label
        for name in ("tables", "words", "play_time/context"):
            con.execute(read_sql(f"embeddings/{name}.sql"))
        rows = read_protocols(con)
        log = read_play_log(con)
        taste, table = fit_factorisation(con, log, rows, preset, arguments)
        contents = read_contents(con, log.user_ids, log.video_ids)
    table += fit_all_towers(log, taste, contents, rows, preset, arguments)
    return label, table


def read_protocols(con: duckdb.DuckDBPyConnection) -> dict[str, dict]:
    """Read the pairs that users are asked about, by protocol."""
    rows = {}
    for protocol in PROTOCOLS:
        found = con.execute(ROWS, {"protocol": protocol}).fetchnumpy()
        rows[protocol] = {key: np.ma.getdata(values) for key, values in found.items()}
    return rows


def fit_factorisation(
    con: duckdb.DuckDBPyConnection,
    log: PlayLog,
    rows: dict[str, dict],
    preset: EmbeddingSettings,
    arguments: argparse.Namespace,
) -> tuple[PlayTaste, list[dict]]:
    """Fit what the towers are compared with; its taste, and a row."""
    levels = read_levels(con, log, None)
    total = preset.play_time.sweep_count(1)
    with progress("factorisation", total, "sweeps") as update, measured() as cost:
        taste = fit_play_taste(log, levels, preset.play_time, seed=arguments.seed,
                               threads=arguments.threads, on_sweep=update)  # fmt: skip
    pairs = (taste.users.means, taste.videos.means)
    size = sum(values.size * 4 for values in pairs) // 1024
    found = judge(log, taste, rows, *pairs, arguments.half)
    return taste, [{"model": "factorisation", **found, **vars(cost), "size_kb": size}]


def fit_all_towers(
    log: PlayLog,
    taste: PlayTaste,
    contents: tuple[np.ndarray, np.ndarray],
    rows: dict[str, dict],
    preset: EmbeddingSettings,
    arguments: argparse.Namespace,
) -> list[dict]:
    """Fit towers for every change and training seed; a row each."""
    from reelrank.neural.tower_log import TowerLog
    from reelrank.neural.two_tower import fit_towers

    table = []
    for change in ["", *arguments.change]:
        key, _, value = change.partition("=")
        settings = replace(preset.two_tower, **({key: json.loads(value)} if change else {}))
        for seed in arguments.training_seeds:
            total = settings.step_count(1)
            with progress("two towers", total, "steps") as update, measured() as cost:
                towers = fit_towers(
                    TowerLog.of(log, taste, contents, settings.factors), settings,
                    preset.play_time.outlier_spreads, seed=seed, on_step=update,
                )  # fmt: skip
            pairs = (towers.users, towers.videos)
            size = sum(values.nbytes for values in pairs) // 1024
            found = judge(log, taste, rows, *pairs, arguments.half)
            table.append({"model": f"two_tower {change}".strip(), "training seed": seed, **found,
                          **vars(cost), "size_kb": size})  # fmt: skip
            say(json.dumps(table[-1]))
    return table


def main() -> None:
    """Run the command line."""
    arguments = read_arguments()
    need_extra("This experiment")
    label, table = compare(arguments)
    if arguments.picture:
        draw(table, label, arguments.picture)
    if arguments.json:
        print(json.dumps({"data_source": label, "half": arguments.half, "models": table}, indent=1))
        return
    print(label)
    for row in table:
        print("  ".join(f"{name} {value}" for name, value in row.items()))


if __name__ == "__main__":
    run_script(main)
