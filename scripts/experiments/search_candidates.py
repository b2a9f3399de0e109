"""Search ALS parameters on the last days of train, and print what each setting reaches.

The holdout is not used.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from functools import cache

import duckdb
import numpy as np
from reelrank.candidates.als import Factors, fit_factors, scorer
from reelrank.candidates.scoring import UNKNOWN, best
from reelrank.candidates.train_log import TrainLog, read_train_logs
from reelrank.errors import UserError
from reelrank.evaluation.ranking import ndcg
from reelrank.presets import AlsSettings, read_preset
from reelrank.progress import ignore, progress, say
from reelrank.warehouse.checks import check_ready, read_source
from reelrank.warehouse.connection import open_for_reading
from reelrank_cli.main import run_script
from reelrank_cli.options import add_json
from scipy import sparse
from shared import parser_of

OBJECTIVES = ("recall_at_100", "ndcg_at_10", "auc")
EXAMPLES = """examples:
  python scripts/experiments/search_candidates.py --section candidates --objective recall_at_100
  python scripts/experiments/search_candidates.py --section embeddings --objective auc --days 5
"""
GRID = {
    "confidence": ("long_view_count", "clipped_watch_ratio_sum", "watch_ratio_sum"),
    "alpha": (1.0, 3.0, 10.0, 30.0, 100.0),
    "unliked_confidence": (0.0, 1.0, 3.0, 10.0),
    "regularization": (0.1, 1.0, 10.0, 30.0, 100.0, 300.0),
    "factors": (16, 32, 64, 128),
    "saturation": (0.0, 1.0, 2.0, 5.0),
    "iterations": (5, 10, 20),
}
USERS_AT_ONCE = 512


@dataclass(frozen=True)
class Validation:
    """The log before the last days of train, and what users met in those days.

    Attributes
    ----------
    log : TrainLog
        Everything before.
    met : csr float32 (n_users, n_videos)
        2 where a pair met for the first time was a long view, else 1; only known videos.
    """

    log: TrainLog
    met: sparse.csr_matrix


@dataclass(frozen=True)
class Outcome:
    """How one setting did; averages over users with something to find."""

    settings: AlsSettings
    recall_at_100: float
    ndcg_at_10: float
    auc: float


def read_validation(con: duckdb.DuckDBPyConnection, days: int) -> Validation:
    """Cut the last `days` days off train; first meetings with known videos are to be ranked."""
    last = con.execute(
        "select max(event_on) from training.interactions where split = 'train'"
    ).fetchone()[0]
    first_held: date = last - timedelta(days=days - 1)
    (first_ms,) = con.execute(
        "select min(event_unix_ms) from training.interactions where event_on >= $day",
        {"day": first_held},
    ).fetchone()
    [log] = read_train_logs(con, [first_ms])
    pairs = con.execute(
        "select user_id, video_id, 1 + max(is_long_view::integer) as level"
        " from training.interactions where split = 'train' and event_on >= $day"
        " group by all",
        {"day": first_held},
    ).fetchnumpy()
    is_known = np.isin(pairs["video_id"], log.video_ids[np.unique(log.videos)])
    users = np.searchsorted(log.user_ids, pairs["user_id"][is_known])
    videos = np.searchsorted(log.video_ids, pairs["video_id"][is_known])
    shape = (len(log.user_ids), len(log.video_ids))
    met = sparse.csr_matrix(
        (pairs["level"][is_known].astype(np.float32), (users, videos)), shape=shape
    )
    watched = log.watched()
    watched.data[:] = 1
    met = met - met.multiply(watched)
    met.eliminate_zeros()
    return Validation(log, met.tocsr())


def judge(validation: Validation, factors: Factors, settings: AlsSettings) -> Outcome:
    """Score one fit: recall of long views in the whole catalogue, order of what was met."""
    score = scorer(factors)
    watched = validation.log.watched()
    recalls, gains, areas = [], [], []
    users = np.flatnonzero(np.diff(validation.met.indptr) > 0)
    for start in range(0, len(users), USERS_AT_ONCE):
        chunk = users[start : start + USERS_AT_ONCE]
        scores = score(chunk)
        scores[watched[chunk].nonzero()] = UNKNOWN
        chosen, _ = best(scores, 100)
        for row, user in enumerate(chunk):
            met = validation.met[user]
            is_long = met.data > 1
            if is_long.any():
                recalls.append(np.isin(met.indices[is_long], chosen[row]).mean())
            if is_long.any() and not is_long.all():
                order = np.argsort(-scores[row, met.indices], kind="stable")
                gains.append(ndcg(is_long[None, order], is_long.sum(keepdims=True), 10)[0])
                areas.append(auc(is_long[order]))
    means = [float(np.mean(values)) if values else 0.0 for values in (recalls, gains, areas)]
    return Outcome(settings, *means)


def auc(is_relevant: np.ndarray) -> float:
    """Share of (relevant, other) pairs in the right order in a ranked list, bool (n,)."""
    others = ~is_relevant
    others_after = others.sum() - np.cumsum(others)
    return float(others_after[is_relevant].sum() / (is_relevant.sum() * others.sum()))


def search(
    validation: Validation,
    start: AlsSettings,
    objective: Callable[[Outcome], float],
    *,
    passes: int,
    seed: int,
    threads: int,
    on_fit: Callable[[float], None] = ignore,
) -> Iterator[Outcome]:
    """Improve one parameter at a time over GRID, `passes` times; yield every outcome.

    Parameters
    ----------
    objective : callable
        What to make large.
    """

    @cache
    def outcome_of(settings: AlsSettings) -> Outcome:
        factors = fit_factors(validation.log, settings, seed=seed, threads=threads)
        return judge(validation, factors, settings)

    champion = outcome_of(start)
    yield champion
    for _ in range(passes):
        before = champion
        for name, values in GRID.items():
            for value in values:
                on_fit(1)
                if value == asdict(champion.settings)[name]:
                    continue
                challenger = outcome_of(replace(champion.settings, **{name: value}))
                yield challenger
                if objective(challenger) > objective(champion):
                    champion = challenger
        if champion is before:
            return


def read_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = parser_of(__doc__, EXAMPLES)
    what = parser.add_argument_group("what to search")
    what.add_argument("--preset", default="default", help="where to start (default: %(default)s)")
    what.add_argument("--section", choices=["candidates", "embeddings"], default="candidates",
                      help="whose ALS (default: %(default)s)")  # fmt: skip
    what.add_argument("--objective", choices=OBJECTIVES, default="recall_at_100",
                      help="what to make large (default: %(default)s)")  # fmt: skip
    what.add_argument("--days", type=int, default=3,
                      help="days at the end of train to rank (default: %(default)s)")  # fmt: skip
    what.add_argument("--passes", type=int, default=2,
                      help="rounds over all parameters (default: %(default)s)")  # fmt: skip
    add_json(parser)
    return parser.parse_args()


def line(outcome: Outcome, label: str, as_json: bool) -> str:
    """One outcome as text or JSON, which names the data that it is of."""
    if as_json:
        return json.dumps({"data_source": label, **asdict(outcome)})
    values = " ".join(f"{name}={value}" for name, value in asdict(outcome.settings).items())
    return (
        f"recall@100 {outcome.recall_at_100:.4f}  nDCG@10 {outcome.ndcg_at_10:.4f}  "
        f"AUC {outcome.auc:.4f}  {values}"
    )


def main() -> None:
    """Search, printing each setting as it is tried and the best at the end."""
    arguments = read_arguments()
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


if __name__ == "__main__":
    run_script(main)
