"""All candidate sources by name."""

from collections.abc import Iterable

import numpy as np

from reelrank.candidates import als, blend, item_based, popularity
from reelrank.candidates.als import Factors
from reelrank.candidates.scoring import Scorer
from reelrank.candidates.train_log import TrainLog

BLENDED = ("als", "item_based", "best_received")


def fit_sources(
    names: Iterable[str], log: TrainLog, factors: Factors, *, neighbours: int, threads: int
) -> dict[str, Scorer]:
    """Fit the named sources; `factors` serve als, which is fitted already.

    Parameters
    ----------
    names : iterable of str
        Out of als, item_based, most_viewed, best_received, blend.
    """
    names = list(names)
    scorers: dict[str, Scorer] = {"als": als.scorer(factors)}
    if "item_based" in names or "blend" in names:
        scorers["item_based"] = item_based.fit_scorer(log, neighbours, threads)
    scorers["most_viewed"] = popularity.scorer(popularity.most_viewed_scores(log))
    scorers["best_received"] = popularity.scorer(popularity.best_received_scores(log))
    scorers["blend"] = blend.scorer([scorers[name] for name in BLENDED if name in scorers])
    return {name: scorers[name] for name in names}


def fallback_order(name: str, log: TrainLog) -> np.ndarray:
    """Positions of all videos, best first by the fallback source, int32 (n_videos,)."""
    scores = {
        "most_viewed": popularity.most_viewed_scores,
        "best_received": popularity.best_received_scores,
    }[name](log)
    return np.argsort(-scores, kind="stable").astype(np.int32)
