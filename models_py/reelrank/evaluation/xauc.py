"""XAUC: how often predicted play times put two events in the order of the observed ones.

Zhan et al., Deconfounding Duration Bias in Watch-time Prediction for Video Recommendation (KDD
2022, https://arxiv.org/abs/2206.06003, section 5.1): pairs are drawn uniformly, and XAUC is the
share of them in the right order; XGAUC is XAUC within each user, averaged by the user's events.
Pairs that were watched equally long say nothing and are left out; equal predictions count half.
"""

import numpy as np

PAIRS_PER_USER = 1_000
PAIRS_IN_ALL = 1_000_000


def drawn_pairs(
    lengths: np.ndarray, most: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw pairs of rows within lists, all pairs of a list that has no more than `most`.

    Parameters
    ----------
    lengths : int64 (n_lists,)
        Rows of each list; the rows are sorted by list.

    Returns
    -------
    one, other : int32 (n_pairs,)
        Row numbers.
    lists : int32 (n_pairs,)
        The list of each pair.
    """
    possible = lengths * (lengths - 1) // 2
    counts = np.minimum(possible, most)
    lists = np.repeat(np.arange(len(lengths), dtype=np.int32), counts)
    nth = np.arange(len(lists)) - np.repeat(np.cumsum(counts) - counts, counts)
    random = (np.random.default_rng(seed).random(len(lists)) * possible[lists]).astype(np.int64)
    code = np.where(possible[lists] > most, random, nth)
    # pair number c is (later, earlier) with c = later (later - 1) / 2 + earlier
    later = ((1 + np.sqrt(1 + 8.0 * code)) / 2).astype(np.int64)
    later -= later * (later - 1) // 2 > code
    later += later * (later + 1) // 2 <= code
    earlier = code - later * (later - 1) // 2
    begins = (np.cumsum(lengths) - lengths)[lists]
    return (begins + later).astype(np.int32), (begins + earlier).astype(np.int32), lists


def share_in_order(
    predicted: np.ndarray,
    observed: np.ndarray,
    one: np.ndarray,
    other: np.ndarray,
    lists: np.ndarray,
    count: int,
) -> np.ndarray:
    """Share of each list's pairs in the right order, float64 (count,); NaN without a pair.

    Parameters
    ----------
    predicted, observed : float (n_rows,)
    one, other, lists : int32 (n_pairs,)
        As `drawn_pairs` returns them.

    Examples
    --------
    Three events watched 1, 2 and 3 s, predicted 5, 4 and 6: two of three pairs are in order.

    >>> pairs = drawn_pairs(np.array([3]), 10, 42)
    >>> share_in_order(np.array([5, 4, 6.0]), np.array([1, 2, 3.0]), *pairs, 1).round(3)
    array([0.667])
    """
    ahead = np.sign(observed[one] - observed[other])
    agrees = ahead * np.sign(predicted[one] - predicted[other])
    is_pair = ahead != 0
    pairs = np.bincount(lists[is_pair], minlength=count)
    right = np.bincount(lists[is_pair], (1 + agrees[is_pair]) / 2, minlength=count)
    return np.divide(right, pairs, out=np.full(count, np.nan), where=pairs > 0)
