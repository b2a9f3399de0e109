"""What each part of the play-time factorisation adds: the fit without it, judged as the whole is.

Reads a database that `dbt run` built and fits the factorisation on all of train, once whole and
once without each part. Dense users of the tune half and a sample of the others order the videos
of protocols dense and holdout by the margin; no trees are fitted. The table is markdown, every
figure with a 95 % interval of the paired difference.
"""

from collections.abc import Callable
from dataclasses import replace

import duckdb
import numpy as np
from reelrank.embeddings import make_vector_tables
from reelrank.embeddings.play_time import (
    Levels,
    PlayLog,
    fit_play_taste,
    play_vectors,
    read_levels,
    read_play_log,
)
from reelrank.embeddings.vectors import store_vectors
from reelrank.evaluation.ranking import ndcg_of_rows
from reelrank.evaluation.split import IS_TEST
from reelrank.presets import PlayTimeSettings, read_preset
from reelrank.progress import say
from reelrank.warehouse.checks import check_ready, read_source
from reelrank.warehouse.connection import open_for_reading
from reelrank_cli.main import run_script
from shared import interval, parser_of

PROTOCOLS = ("dense", "holdout")
DEPTH = 10
EXAMPLES = """examples:
  python scripts/experiments/taste_parts.py
  python scripts/experiments/taste_parts.py --db full.duckdb --users 3000
"""
Inputs = tuple[PlayLog, Levels, PlayTimeSettings]


def _whole(log: PlayLog, levels: Levels, settings: PlayTimeSettings) -> Inputs:
    return log, levels, settings


def _no_taste(log: PlayLog, levels: Levels, settings: PlayTimeSettings) -> Inputs:
    return log, levels, replace(settings, factors=0, exposure=False)


def _no_exposure(log: PlayLog, levels: Levels, settings: PlayTimeSettings) -> Inputs:
    return log, levels, replace(settings, exposure=False)


def _one_spread(log: PlayLog, levels: Levels, settings: PlayTimeSettings) -> Inputs:
    spread = np.full_like(levels.spread, np.median(levels.spread))
    return log, replace(levels, spread=spread), settings


def _all_events_alike(log: PlayLog, levels: Levels, settings: PlayTimeSettings) -> Inputs:
    return log, levels, replace(settings, outlier_spreads=100.0)


def _no_context(log: PlayLog, levels: Levels, settings: PlayTimeSettings) -> Inputs:
    none = {name: np.zeros_like(codes) for name, codes in log.contexts.items()}
    return replace(log, contexts=none), levels, settings


def _no_groups(log: PlayLog, levels: Levels, settings: PlayTimeSettings) -> Inputs:
    return replace(log, groups=tuple(np.zeros_like(of) for of in log.groups)), levels, settings


PARTS: dict[str, Callable[[PlayLog, Levels, PlayTimeSettings], Inputs]] = {
    "whole": _whole,
    "without taste (users and videos have biases only)": _no_taste,
    "without exposure": _no_exposure,
    "without the spread of each user": _one_spread,
    "without leaving out outliers": _all_events_alike,
    "without hour, age and repeat": _no_context,
    "without tag, author and category": _no_groups,
}


def sample_rows(con: duckdb.DuckDBPyConnection, users: int, seed: int) -> None:
    """Make judged_rows: dense users of the tune half, and of others in the holdout, by a hash."""
    con.execute(
        f"""
        create temp table judged_rows as
        select
            dataset, user_id, video_id, event_at, video_duration_ms, pair_watch_count,
            is_long_view, watch_ratio
        from training.ranker_moments
        where
            dataset in ('dense', 'holdout')
            and not (dataset = 'dense' and {IS_TEST})
        qualify dense_rank() over (partition by dataset order by hash(user_id + {seed}), user_id)
            <= {users}
        """
    )


def judge(con: duckdb.DuckDBPyConnection, log: PlayLog, inputs: Inputs, seed: int, threads: int
          ) -> dict[tuple[str, str], np.ndarray]:  # fmt: skip
    """Fit, and give (protocol, metric): float64 (n_users,)."""
    some_log, levels, settings = inputs
    taste = fit_play_taste(some_log, levels, settings, seed=seed, threads=threads)
    con.execute("delete from entity_vectors")
    store_vectors(con, 0, play_vectors(log, taste))
    found = {}
    for protocol in PROTOCOLS:
        rows = con.execute(
            "select user_id, is_long_view, coalesce(play_margin, 0) as margin,"
            " abs(exp(play_log_expected) / video_duration_ms - watch_ratio) as error"
            " from rows_with_embeddings('judged_rows', 0) where dataset = $protocol"
            " order by user_id, hash(video_id)",
            {"protocol": protocol},
        ).fetchnumpy()
        users, place = np.unique(rows["user_id"], return_inverse=True)
        if not len(users):
            continue
        margin = np.asarray(rows["margin"], np.float32)
        ndcg = ndcg_of_rows(place, margin, np.asarray(rows["is_long_view"], bool), DEPTH)
        found[protocol, "nDCG@10"] = np.nan_to_num(ndcg)
        error = np.ma.filled(rows["error"], 0.0)
        found[protocol, "MAE"] = np.bincount(place, error) / np.bincount(place)
    return found


def table(results: dict[str, dict[tuple[str, str], np.ndarray]], source: str, seed: int) -> str:
    """Write the results as markdown, differences against the whole."""
    whole = results["whole"]
    columns = sorted(whole, key=lambda column: (column[1] == "MAE", column[0]))
    counts = " and ".join(f"{len(whole[p, 'MAE']):,} {p} users" for p, m in columns if m == "MAE")
    lines = [
        f"On {source}: {counts}, seed {seed}; the metric of the whole, and what is lost without"
        " a part, with a 95 % bootstrap interval over users.",
        "",
        "| fit | " + " | ".join(f"{protocol} {metric}" for protocol, metric in columns) + " |",
        "|---" * (1 + len(columns)) + "|",
    ]
    for name, values in results.items():
        cells = []
        for column in columns:
            if values is whole:
                cells.append(f"{values[column].mean():.4f}")
                continue
            change = values[column] - whole[column]
            low, high = interval(change, seed)
            cells.append(f"{change.mean():+.4f} ({low:+.4f}, {high:+.4f})")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Run the command line."""
    parser = parser_of(__doc__, EXAMPLES)
    what = parser.add_argument_group("what to compare")
    what.add_argument(
        "--users", type=int, default=2_000, metavar="N",
        help="users of each protocol at most (default: %(default)s)",
    )  # fmt: skip
    options = parser.parse_args()
    settings = read_preset("default").embeddings.play_time
    with open_for_reading(options.db, options.threads, "4GB") as con:
        check_ready(con)
        make_vector_tables(con)
        sample_rows(con, options.users, options.seed)
        log = read_play_log(con)
        levels = read_levels(con, log, None)
        results = {}
        for name, without in PARTS.items():
            say(f"  {name}")
            results[name] = judge(
                con, log, without(log, levels, settings), options.seed, options.threads
            )
        print(table(results, read_source(con).label, options.seed))


if __name__ == "__main__":
    run_script(main)
