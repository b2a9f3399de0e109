"""Fit every head of the ranker on the same rows, and print what each one orders how well.

Heads that are networks take part where requirements-neural.txt is installed. With several training
seeds each figure is a mean over them, followed by the range.
"""

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from reelrank import training
from reelrank.costs import Cost, measured
from reelrank.evaluation.ranking import ndcg_of_rows
from reelrank.evaluation.split import is_test
from reelrank.evaluation.xauc import (
    PAIRS_IN_ALL,
    PAIRS_PER_USER,
    drawn_pairs,
    share_in_order,
)
from reelrank.neural import extra
from reelrank.presets import read_preset
from reelrank.presets.allowed import network_heads
from reelrank.progress import progress
from reelrank.ranker import (
    FittedHead,
    fit_heads,
    pairs_of,
    read_features,
    stream_rows,
    with_features,
)
from reelrank.ranker.heads import HEADS, Head
from reelrank.ranker.literature import LITERATURE_HEADS, literature_heads
from reelrank.ranker.rows import start_values
from reelrank.warehouse.checks import check_ready, read_source
from reelrank.warehouse.connection import open_for_reading
from reelrank_cli.main import run_script
from reelrank_cli.options import add_json
from shared import embedded_job, parser_of, training_rows, with_events

PROTOCOLS = ("dense", "holdout")
NETWORKS = network_heads(tuple(HEADS))
NAMES = (*HEADS, *LITERATURE_HEADS)
EXAMPLES = """examples:
  python scripts/experiments/compare_heads.py
  python scripts/experiments/compare_heads.py --db full.duckdb --rows 1000000 --json
  python scripts/experiments/compare_heads.py --heads long_view dcn_v2 --training-seeds 1 2 3
  python scripts/experiments/compare_heads.py --heads long_view mlp --alone
"""


def read_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = parser_of(__doc__, EXAMPLES)
    what = parser.add_argument_group("what to compare")
    what.add_argument("--preset", default="default", metavar="NAME",
                      help="parameters (default: %(default)s)")  # fmt: skip
    what.add_argument("--heads", nargs="+", choices=NAMES, metavar="NAME",
                      help=f"of {', '.join(NAMES)} (default: all that can be)")  # fmt: skip
    what.add_argument("--rows", type=int, metavar="N",
                      help="train rows at most (default: as the preset)")  # fmt: skip
    what.add_argument("--training-seeds", nargs="+", type=int, metavar="N",
                      help="seeds of the heads (default: --seed)")  # fmt: skip
    what.add_argument("--alone", action="store_true",
                      help="heads with a start also without it")  # fmt: skip
    what.add_argument("--half", choices=("tune", "test"), default="tune",
                      help="of the dense users (default: tune; test to report)")  # fmt: skip
    add_json(parser)
    found = parser.parse_args()
    left_out = () if extra.is_installed() else NETWORKS
    found.heads = found.heads or [name for name in NAMES if name not in left_out]
    if network_heads(tuple(name for name in found.heads if name in HEADS)):
        extra.need_extra("A head that is a network")
    return found


def compare(arguments: argparse.Namespace) -> tuple[str, list[dict[str, object]]]:
    """Fit and judge the heads one after the other; the label of the data and a row per head."""
    preset = read_preset(arguments.preset)
    ranker = preset.ranker
    if ranker.net is None and extra.is_installed():
        ranker = replace(ranker, net=read_preset("neural").ranker.net)
    with open_for_reading(arguments.db, arguments.threads, "2GB") as con:
        check_ready(con)
        source = read_source(con)
        features = read_features(con, ranker.feature_set)
        job = embedded_job(con, preset, features, arguments.seed, arguments.threads)
        limit = min(arguments.rows or ranker.max_train_rows, source.row_counts["train"])
        rows = training_rows(job, ranker.feature_set, limit, arguments.seed)
        if "transformer" in arguments.heads:
            rows = with_events(job, rows)
        heads = heads_to_compare(arguments, HEADS | literature_heads(rows))
        fitted, costs = [], []
        for name in heads:
            for seed in arguments.training_seeds or [arguments.seed]:
                settings = replace(ranker, heads=(name,))
                with (
                    progress(f"head {name}", ranker.max_rounds, "rounds") as update,
                    measured() as cost,
                ):
                    fitted += fit_heads(rows, features, settings, seed=seed,
                                        threads=arguments.threads, on_round=update,
                                        heads=heads)  # fmt: skip
                costs.append(cost)
        del rows, heads
        scored = pa.concat_tables(list(score(job, fitted, source.row_counts)))
        table = [
            judge(head, number, scored, arguments.half) | costs_of(head, cost)
            for number, (head, cost) in enumerate(zip(fitted, costs, strict=True))
        ]
    return source.label, table


def heads_to_compare(arguments: argparse.Namespace, known: dict[str, Head]) -> dict[str, Head]:
    """Give the heads asked for, with --alone followed by those with a start without it."""
    heads = {name: known[name] for name in arguments.heads}
    if arguments.alone:
        heads |= {
            f"{name} alone": replace(head, name=f"{name} alone", start=None)
            for name, head in heads.items()
            if head.start
        }
    return heads


def costs_of(head: FittedHead, cost: Cost) -> dict[str, float]:
    """Give rounds or steps, validated nDCG@10 without and with them, time, memory and size."""
    found = {"rounds": head.round_count}
    if head.choice:
        found |= {f"validated {name}": value for name, value in asdict(head.choice).items()}
    found |= {"seconds": cost.seconds, "cpu_seconds": cost.cpu_seconds, "peak_mb": cost.peak_mb}
    return {name: round(value, 4) for name, value in found.items()} | {
        "model_kb": len(head.text()) // 1024
    }


def score(
    job: training.Job, fitted: list[FittedHead], row_counts: dict[str, int]
) -> Iterator[pa.Table]:
    """Score the rows of both protocols by every head: columns score_0, score_1 ..."""
    names = [feature.name for feature in job.features]
    feature_set = job.preset.ranker.feature_set
    relation = with_features(job.con, "training.ranker_moments", feature_set, job.features)
    with progress("predictions", sum(row_counts[name] for name in PROTOCOLS)) as update:
        for protocol in PROTOCOLS:
            block = job.blocks.after_train
            for batch in stream_rows(job.con, relation, block, dataset=protocol):
                columns = {
                    name.removeprefix("row_"): batch.column(name)
                    for name in batch.schema.names
                    if name.startswith("row_") and name not in names
                }
                duration = batch.column("row_video_duration_ms").to_numpy().astype(np.float32)
                features = pa.table(batch.select(names))
                for number, head in enumerate(fitted):
                    start = start_values(batch, head.start) if head.start else None
                    raw = head.predict(features, job.threads, start, pairs_of(batch))
                    back = head.head.to_watch_ratio
                    raw = back(raw, duration) if back else raw
                    columns[f"score_{number}"] = pa.array(raw.astype(np.float32))
                columns["protocol"] = pa.array([protocol] * batch.num_rows)
                yield pa.table(columns)
                update(batch.num_rows)


def judge(head: FittedHead, number: int, scored: pa.Table, half: str) -> dict[str, object]:
    """NDCG@10 by protocol and relevance, and errors where the head predicts the play time.

    Only dense users of one half: what is chosen on `tune` must not have seen `test`.
    """
    row: dict[str, object] = {"head": head.head.name}
    names = ("user_id", "video_id", "watch_ratio", "is_long_view", "video_duration_ms")
    for protocol in PROTOCOLS:
        rows = scored.filter(pc.equal(scored["protocol"], protocol))
        columns = [rows[name].to_numpy() for name in (*names, f"score_{number}")]
        if protocol == "dense":
            columns = [column[is_test(columns[0]) == (half == "test")] for column in columns]
        if not len(columns[0]):
            continue
        mixed = columns[1] * np.int64(2654435761) % 2**32  # ties in a mixed order of the videos
        order = np.lexsort((mixed, columns[0]))
        user, _, ratio, is_long, duration, score = (column[order] for column in columns)
        _, lists = np.unique(user, return_inverse=True)
        for relevance, flags in (("long_view", is_long), ("watch_ratio_above_1", ratio > 1)):
            found = ndcg_of_rows(lists, score, flags, 10)
            row[f"{protocol} {relevance}"] = round(float(np.nanmean(found)), 4)
        if head.head.to_watch_ratio:
            found = play_time_errors(lists, score, ratio, duration / 1000)
            row |= {f"{protocol} {name}": round(value, 4) for name, value in found.items()}
    return row


def play_time_errors(
    lists: np.ndarray, predicted: np.ndarray, ratio: np.ndarray, seconds: np.ndarray
) -> dict[str, float]:
    """MAE of watch_ratio and of play time, XAUC and grouped XAUC of rows sorted by user."""
    off = np.abs(ratio - predicted)
    counts = np.bincount(lists)
    of_all = drawn_pairs(np.array([len(lists)]), PAIRS_IN_ALL, 42)
    of_user = drawn_pairs(counts, PAIRS_PER_USER, 42)
    played = predicted * seconds, ratio * seconds
    by_user = share_in_order(*played, *of_user, len(counts))
    known = ~np.isnan(by_user)
    return {
        "mae": float(off.mean()),
        "mae seconds": float((off * seconds).mean()),
        "xauc": float(share_in_order(*played, *of_all, 1)[0]),
        "gxauc": float(np.average(by_user[known], weights=counts[known])),
    }


def summary(rows: Iterable[dict[str, object]]) -> dict[str, object]:
    """Mean over the training seeds, and the range of what is not the same for all."""
    rows = list(rows)
    found: dict[str, object] = {"head": rows[0]["head"]}
    for name in [name for name in rows[0] if name != "head"]:
        values = [row[name] for row in rows if name in row]
        text = f"{np.mean(values):.4g}"
        is_quality = isinstance(values[0], float) and max(values) <= 1
        if is_quality and len(set(values)) > 1:
            text += f" ({min(values):.4f} to {max(values):.4f})"
        found[name] = text
    return found


def main() -> None:
    """Run the command line."""
    arguments = read_arguments()
    label, table = compare(arguments)
    if arguments.json:
        print(json.dumps({"data_source": label, "heads": table}, indent=2))
        return
    table = [summary(rows) for _, rows in groupby(table, lambda row: row["head"])]
    names = list(dict.fromkeys(name for row in table for name in row))
    widths = [max(len(name), *(len(str(row.get(name, ""))) for row in table)) for name in names]
    print(label)
    for row in [dict(zip(names, names, strict=True)), *table]:
        cells = [str(row.get(name, "")) for name in names]
        print("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)))


if __name__ == "__main__":
    run_script(main)
