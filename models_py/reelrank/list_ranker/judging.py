"""nDCG of lists inside train, where choices are made."""

import numpy as np

from reelrank.evaluation.ranking import discounts

DEPTH = 10


def ndcg_of_lists(
    scores: np.ndarray,
    is_relevant: np.ndarray,
    sizes: np.ndarray,
    wanted: np.ndarray,
    depth: int = DEPTH,
) -> np.ndarray:
    """Give nDCG of every list with something to find; ties go to the earlier row.

    Parameters
    ----------
    scores : float (n_rows,)
        The lists one after the other.
    is_relevant : bool (n_rows,)
    sizes, wanted : int (n_lists,)
        Rows of each list; videos relevant to its user, in the list or not.

    depth : int
        Places of a list that count.

    Returns
    -------
    float64 (n_lists with wanted > 0,)
    """
    worth = discounts(depth)
    lists = np.repeat(np.arange(len(sizes)), sizes)
    order = np.lexsort((-scores, lists))
    places = np.arange(len(scores)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    is_top = places < depth
    gains = is_relevant[order][is_top] * worth[places[is_top]]
    found = np.bincount(lists[is_top], gains, minlength=len(sizes))
    ideal = np.cumsum(worth)[np.minimum(np.maximum(wanted, 1), depth) - 1]
    return (found / ideal)[wanted > 0]


def mean(values: np.ndarray) -> float:
    """Mean, 0 of nothing."""
    return float(values.mean()) if len(values) else 0.0
