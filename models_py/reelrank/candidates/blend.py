"""Several sources as one: reciprocal rank fusion (Cormack, Clarke and Buettcher 2009)."""

import numpy as np

from reelrank.candidates.scoring import UNKNOWN, Scorer, best

RANK_OFFSET = 60.0  # the constant of the paper
DEPTH = 500  # ranks beyond it add nothing


def scorer(parts: list[Scorer]) -> Scorer:
    """Score by the sum over `parts` of 1 / (60 + rank)."""

    def score(users: np.ndarray) -> np.ndarray:
        total = None
        for part in parts:
            scores = part(users)
            if total is None:
                total = np.zeros_like(scores)
            positions, _ = best(scores, DEPTH)
            rows, places = np.nonzero(positions >= 0)
            gain = (1 / (RANK_OFFSET + 1 + places)).astype(np.float32)
            total[rows, positions[rows, places]] += gain
        total[total == 0] = UNKNOWN
        return total

    return score
