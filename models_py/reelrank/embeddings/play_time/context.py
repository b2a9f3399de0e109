"""Effects of hour, age of the video and repeat on log play time."""

import numpy as np

from reelrank.embeddings.play_time.log import CONTEXT_CODES, PlayLog

ROUNDS = 2  # of backfitting: the contexts hardly overlap


def fit_contexts(log: PlayLog, residuals: np.ndarray, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Weighted mean residual of each code, less those of the other contexts; mean 0 over events.

    Codes with few events are shrunk toward 0: with v their sampling variances 1 / sum(weights),
    the variance of the true effects is estimated as mean(effect^2 - v), weighted by events.

    Parameters
    ----------
    residuals, weights : float64 (n_events,)

    Returns
    -------
    effects : dict of float64 (n_codes,)
    """
    shape = tuple(CONTEXT_CODES.values())
    size = int(np.prod(shape))
    precision = np.bincount(log.cells, weights, size).reshape(shape)
    total = np.bincount(log.cells, weights * residuals, size).reshape(shape)
    effects = {name: np.zeros(count) for name, count in CONTEXT_CODES.items()}
    for _ in range(ROUNDS):
        for axis, (name, count) in enumerate(CONTEXT_CODES.items()):
            others = tuple(place for place in range(len(shape)) if place != axis)
            rest = total - precision * _of_cells(effects | {name: np.zeros(count)})
            own = precision.sum(axis=others)
            means = rest.sum(axis=others) / np.maximum(own, 1e-12)
            share = own / max(own.sum(), 1e-12)
            means -= (share * means).sum()
            noise = 1 / np.maximum(own, 1e-12)
            variance = max((share * means**2).sum() - (share * noise).sum(), 1e-12)
            effects[name] = means * variance / (variance + noise)
    return effects


def context_effects(cells: np.ndarray, effects: dict[str, np.ndarray]) -> np.ndarray:
    """Sum of the effects at each event, float64 (n_events,), from its `PlayLog.cells`."""
    return _of_cells(effects).ravel()[cells]


def _of_cells(effects: dict[str, np.ndarray]) -> np.ndarray:
    """Sum of the effects in each combination of codes, float64 of the shape of CONTEXT_CODES."""
    hour, age, repeat = (effects[name] for name in CONTEXT_CODES)
    return hour[:, None, None] + age[None, :, None] + repeat[None, None, :]
