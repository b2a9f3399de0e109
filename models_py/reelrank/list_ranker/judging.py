"""nDCG of lists inside train, where choices are made."""

import numpy as np

DEPTH = 10
DISCOUNTS = 1 / np.log2(np.arange(2, DEPTH + 2))


def ndcg_of_lists(
    scores: np.ndarray, is_relevant: np.ndarray, sizes: np.ndarray, wanted: np.ndarray
) -> np.ndarray:
    """Give nDCG@10 of every list with something to find; ties go to the earlier row.

    Parameters
    ----------
    scores : float (n_rows,)
        The lists one after the other.
    is_relevant : bool (n_rows,)
    sizes, wanted : int (n_lists,)
        Rows of each list; videos relevant to its user, in the list or not.

    Returns
    -------
    float64 (n_lists with wanted > 0,)
    """
    lists = np.repeat(np.arange(len(sizes)), sizes)
    order = np.lexsort((-scores, lists))
    places = np.arange(len(scores)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    is_top = places < DEPTH
    gains = is_relevant[order][is_top] * DISCOUNTS[places[is_top]]
    found = np.bincount(lists[is_top], gains, minlength=len(sizes))
    ideal = np.cumsum(DISCOUNTS)[np.minimum(np.maximum(wanted, 1), DEPTH) - 1]
    return (found / ideal)[wanted > 0]


def mean(values: np.ndarray) -> float:
    """Mean, 0 of nothing."""
    return float(values.mean()) if len(values) else 0.0
