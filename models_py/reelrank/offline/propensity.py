"""The true chances to be shown, where somebody knows them."""

from typing import Protocol

import numpy as np


class Propensities(Protocol):
    """What `simulated_kuairec.propensities.find_propensities` returns."""

    def __call__(self, user_ids: np.ndarray, video_ids: np.ndarray, after: float) -> np.ndarray:
        """Chance that new pairs are met after Unix second `after`, float64 (n,)."""
        ...
