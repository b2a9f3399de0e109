"""All candidate sources by name."""

from collections.abc import Iterable

import duckdb
import numpy as np

from reelrank.candidates import als, blend, item_based, popularity
from reelrank.candidates.als import Factors
from reelrank.candidates.scoring import Scorer
from reelrank.candidates.train_log import TrainLog
from reelrank.extensions import SOURCES, as_scores, registered

BLENDED = ("als", "item_based", "best_received")


def fit_sources(
    names: Iterable[str],
    log: TrainLog,
    factors: Factors,
    popularity_orders: dict[str, np.ndarray],
    *,
    neighbours: int,
    threads: int,
) -> dict[str, Scorer]:
    """Fit the named sources; `factors` serve als, which is fitted already.

    Parameters
    ----------
    names : iterable of str
        Out of als, item_based, most_viewed, best_received, blend.
    popularity_orders : dict of float32 (n_videos,)
        What `read_popularity` gives.
    """
    names = list(names)
    scorers: dict[str, Scorer] = {"als": als.scorer(factors)}
    if "item_based" in names or "blend" in names:
        scorers["item_based"] = item_based.fit_scorer(log, neighbours, threads)
    for name, scores in popularity_orders.items():
        scorers[name] = popularity.scorer(scores)
    scorers["blend"] = blend.scorer([scorers[name] for name in BLENDED if name in scorers])
    return {name: scorers[name] for name in names}


def fit_registered_sources(
    con: duckdb.DuckDBPyConnection, log: TrainLog, *, seed: int, threads: int
) -> dict[str, Scorer]:
    """Fit the sources that other packages registered, by name."""

    def checked(name: str, score: Scorer) -> Scorer:
        return lambda users: as_scores(name, score(users), (len(users), len(log.video_ids)))

    return {
        name: checked(name, fit(log, con, seed=seed, threads=threads))
        for name, fit in registered(SOURCES).items()
    }
