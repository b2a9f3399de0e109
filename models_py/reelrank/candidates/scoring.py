"""The small interface of all candidate sources."""

from collections.abc import Callable

import numpy as np

Scorer = Callable[[np.ndarray], np.ndarray]
"""Scores of all videos for some users.

Takes positions of users, int (n,), and gives float32 (n, n_videos); -inf where the source has
nothing to say about the pair, which the fallback then fills.
"""

UNKNOWN = np.float32(-np.inf)


def best(scores: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions and scores of the best `count` videos per row, best first, ties by position.

    Parameters
    ----------
    scores : float32 (n, n_videos)
        -inf marks what must not be chosen.

    Returns
    -------
    positions : int32 (n, count)
        Where a row has fewer finite scores the rest is -1.
    values : float32 (n, count)
        -inf where the position is -1.
    """
    count = min(count, scores.shape[1])
    last = np.partition(scores, -count, axis=1)[:, -count, None]
    is_chosen = scores >= last
    for row in np.flatnonzero(is_chosen.sum(axis=1) > count):  # too many share the last score
        tied = np.flatnonzero(scores[row] == last[row])
        is_chosen[row, tied[len(tied) - is_chosen[row].sum() + count :]] = False
    chosen = (np.flatnonzero(is_chosen) % scores.shape[1]).reshape(len(scores), count)
    values = np.take_along_axis(scores, chosen, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    positions = np.take_along_axis(chosen, order, axis=1).astype(np.int32)
    values = np.take_along_axis(values, order, axis=1)
    positions[~np.isfinite(values)] = -1
    return positions, values
