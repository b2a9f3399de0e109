"""From a margin to the probability of a long view, as the log's own events say."""

import numpy as np

from reelrank.embeddings.play_time.log import PlayLog
from reelrank.exact_math import expit

MOST = 8.0  # margins beyond it count as it
STEPS_PER_SPREAD = 20
NEWTON_STEPS = 25


def fit_chance(log: PlayLog, margins: np.ndarray) -> tuple[float, float]:
    """Logistic regression of the long view on the margin: constant and slope.

    Half a long view and half another at margin 0 keep it finite where all events are alike.

    Parameters
    ----------
    margins : float64 (n_events,)
    """
    steps = np.rint((np.clip(margins, -MOST, MOST) + MOST) * STEPS_PER_SPREAD).astype(np.int64)
    count = int(2 * MOST * STEPS_PER_SPREAD) + 1
    views = np.bincount(steps, minlength=count).astype(np.float64)
    long_views = np.bincount(steps, log.log_play > log.log_long_view, count)
    middle = count // 2
    views[middle] += 1
    long_views[middle] += 0.5
    design = np.stack([np.ones(count), np.arange(count) / STEPS_PER_SPREAD - MOST])
    found = np.zeros(2)
    for _ in range(NEWTON_STEPS):
        chance = expit(found @ design)
        curvature = (design * (views * chance * (1 - chance))) @ design.T + 1e-6 * np.eye(2)
        found += np.linalg.solve(curvature, design @ (long_views - views * chance))
    return float(found[0]), float(found[1])
