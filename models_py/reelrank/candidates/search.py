"""Choose ALS parameters on the end of train: the holdout stays out of it."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from functools import cache

import duckdb
import numpy as np
from scipy import sparse

from reelrank.candidates.als import Factors, fit_factors, scorer
from reelrank.candidates.scoring import UNKNOWN, best
from reelrank.candidates.train_log import TrainLog, read_train_logs
from reelrank.evaluation.ranking import ndcg
from reelrank.presets import AlsSettings
from reelrank.progress import ignore

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
        2 where a pair met for the first time was a long view, else 1; known videos alone.
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
