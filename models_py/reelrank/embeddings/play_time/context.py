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
    effects = {name: np.zeros(count) for name, count in CONTEXT_CODES.items()}
    for _ in range(ROUNDS):
        for name, count in CONTEXT_CODES.items():
            codes = log.contexts[name]
            rest = residuals - context_effects(log, effects | {name: np.zeros(count)})
            precision = np.bincount(codes, weights, count)
            means = np.bincount(codes, weights * rest, count) / np.maximum(precision, 1e-12)
            share = precision / max(precision.sum(), 1e-12)
            means -= share @ means
            noise = 1 / np.maximum(precision, 1e-12)
            variance = max(share @ (means**2) - share @ noise, 1e-12)
            effects[name] = means * variance / (variance + noise)
    return effects


def context_effects(log: PlayLog, effects: dict[str, np.ndarray]) -> np.ndarray:
    """Sum of the effects at each event, float64 (n_events,)."""
    return sum(effects[name][codes] for name, codes in log.contexts.items())
