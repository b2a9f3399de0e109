"""Order lists exactly and measure them: the only definition of nDCG and related metrics.

Everything works on rows sorted by list. Rows of equal score keep their order, so the caller
decides how ties are broken.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from reelrank.exact_math import log

METRICS = ("precision", "recall", "ndcg", "map", "mrr", "hit_rate")
LEFT_OUT = np.uint32(0xFFFFFFFF)  # the key of a row that is on no list
UNKNOWN = np.uint32(0xFFFFFFFE)  # the key of a row without score, which comes last
SIGN = np.uint32(0x80000000)
ROWS_AT_ONCE = 1 << 21  # sorted together: small enough for the cache, large enough for numpy


def order_keys(scores: np.ndarray) -> np.ndarray:
    """Numbers that rise as scores fall, equal where these are equal, uint32 (n,); NaN last.

    Parameters
    ----------
    scores : float32 or float64 (n,)
        Double precision is rounded to single: numbering 7 million distinct values took a quarter
        of all judging.
    """
    bits = (scores.astype(np.float32) + np.float32(0)).view(np.uint32)  # -0 becomes 0
    keys = np.where(bits & SIGN, bits, ~(bits | SIGN))
    keys[np.isnan(scores)] = UNKNOWN
    return keys


@dataclass(frozen=True)
class Lists:
    """Rows list by list.

    Attributes
    ----------
    starts : int64 (n_lists + 1,)
        Where each list begins, and the number of rows.
    """

    starts: np.ndarray

    @classmethod
    def of(cls, numbers: np.ndarray, count: int) -> "Lists":
        """Make lists of rows that are sorted by the number of their list, int (n_rows,)."""
        return cls.of_lengths(np.bincount(numbers, minlength=count))

    @classmethod
    def of_lengths(cls, lengths: np.ndarray) -> "Lists":
        """Make lists of so many rows each, int (n_lists,)."""
        return cls(np.concatenate([[0], np.cumsum(lengths)]))

    @cached_property
    def lengths(self) -> np.ndarray:
        """Rows of each list, int64 (n_lists,)."""
        return np.diff(self.starts)

    @cached_property
    def numbers(self) -> np.ndarray:
        """List of each row, int32 (n_rows,)."""
        return np.repeat(np.arange(len(self.lengths), dtype=np.int32), self.lengths)

    def order(self, keys: np.ndarray) -> np.ndarray:
        """Row numbers, list by list in rising order of their keys, int64 (n_rows,).

        One sort of packed numbers: the list, the key of 32 bits, the place in the list, as many
        lists at once as the bits allow.
        """
        place_bits = int(self.lengths.max(initial=1)).bit_length()
        order = np.empty(self.starts[-1], np.int64)
        for lists in self._pieces(1 << (32 - place_bits)):
            first, end = self.starts[lists.start], self.starts[lists.stop]
            lengths = self.lengths[lists]
            begins = np.repeat(self.starts[lists], lengths)
            packed = np.repeat(np.arange(len(lengths), dtype=np.uint64), lengths)
            packed <<= np.uint64(32 + place_bits)
            packed |= keys[first:end].astype(np.uint64) << np.uint64(place_bits)
            packed |= (np.arange(first, end) - begins).view(np.uint64)
            packed.sort()
            packed &= np.uint64((1 << place_bits) - 1)
            np.add(packed.view(np.int64), begins, out=order[first:end])
        return order

    def _pieces(self, most_lists: int) -> list[slice]:
        """Split the lists into runs of some `ROWS_AT_ONCE` rows, each of `most_lists` at most."""
        pieces, start = [], 0
        while start < len(self.lengths):
            full = np.searchsorted(self.starts, self.starts[start] + ROWS_AT_ONCE)
            stop = int(min(max(full, start + 1), start + most_lists, len(self.lengths)))
            pieces.append(slice(start, stop))
            start = stop
        return pieces

    def first(self, order: np.ndarray, depth: int) -> np.ndarray:
        """Row numbers of each list's first rows, int64 (n_lists, depth), -1 where it has no more.

        Parameters
        ----------
        order : int64 (n_rows,)
            As `order` returns it.
        """
        if not len(order):
            return np.full((len(self.lengths), depth), -1)
        places = np.arange(depth)
        taken = order[np.minimum(self.starts[:-1, None] + places, len(order) - 1)]
        return np.where(places < self.lengths[:, None], taken, -1)


def discounts(depth: int) -> np.ndarray:
    """Return what a hit at each rank adds to DCG, float64 (depth,): 1 / log2(rank + 1)."""
    return log(2.0) / log(np.arange(2.0, depth + 2))


def measure(hits: np.ndarray, relevant_counts: np.ndarray, cutoffs: tuple[int, ...]) -> np.ndarray:
    """Measure lists at several lengths at once; formulas in docs/evaluation.md.

    Parameters
    ----------
    hits : bool (n_lists, depth)
        Whether the entry at each rank is relevant; False where a list has ended.
    relevant_counts : int (n_lists,)
        Relevant videos of each list's user, found or not; at least 1.
    cutoffs : tuple of int
        Lengths, in rising order.

    Returns
    -------
    values : float64 (cutoffs, METRICS, n_lists)

    Examples
    --------
    One list, a hit at rank 2 of 3, two relevant videos: nDCG@3 = (1 / log2(3)) / (1 + 1 / log2(3)).

    >>> measure(np.array([[False, True, False]]), np.array([2]), (3,))[0, 2].round(3)
    array([0.387])
    """
    depth = hits.shape[1]
    ends = np.minimum(cutoffs, depth) - 1
    ks, counts = np.array(cutoffs)[:, None], relevant_counts[None]
    found = np.cumsum(hits, axis=1, dtype=np.int32)
    ranks = np.arange(1, depth + 1)
    gain = np.cumsum(hits * discounts(depth), axis=1)[:, ends].T
    ideal = np.cumsum(discounts(cutoffs[-1]))[np.minimum(counts, ks) - 1]
    precisions = np.cumsum(hits * (found / ranks), axis=1)[:, ends].T
    found_at = found[:, ends].T
    has_hit = found_at > 0
    first_rank = np.where(hits.any(axis=1), hits.argmax(axis=1) + 1, 1)[None]
    return np.stack(
        [
            found_at / ks,
            found_at / counts,
            gain / ideal,
            precisions / counts,
            has_hit / first_rank,
            has_hit.astype(np.float64),
        ],
        axis=1,
    )


def ndcg(hits: np.ndarray, relevant_counts: np.ndarray, k: int) -> np.ndarray:
    """Binary nDCG@k of ranked lists, float64 (n_lists,); arguments as in `measure`."""
    return measure(hits, relevant_counts, (k,))[0, METRICS.index("ndcg")]


def ndcg_of_bits(hit_bits: np.ndarray, relevant_counts: np.ndarray, k: int) -> np.ndarray:
    """Binary nDCG@k of lists given as a number each, whose bit i is set for a hit at rank i + 1.

    Parameters
    ----------
    hit_bits : int64 (n_lists,)
    relevant_counts
        As in `measure`.
    """
    return ndcg((hit_bits[:, None] >> np.arange(k) & 1).astype(bool), relevant_counts, k)


def top_rows(lists: np.ndarray, scores: np.ndarray, k: int) -> np.ndarray:
    """Numbers of the first rows of each list, int64 (n_lists, k), -1 where a list has ended.

    Parameters
    ----------
    lists : int (n_rows,)
        Number of each row's list, from 0, rows in any order.
    scores : float (n_rows,)
        Ties keep the order of the rows.
    """
    by_list = np.argsort(lists, kind="stable")
    groups = Lists.of(lists, int(lists.max(initial=-1)) + 1)
    first = groups.first(groups.order(order_keys(scores[by_list])), k)
    return np.where(first >= 0, by_list[first], -1)


def ndcg_of_rows(
    lists: np.ndarray, scores: np.ndarray, is_relevant: np.ndarray, k: int
) -> np.ndarray:
    """Binary nDCG@k of rows in any order, float64 (n_lists,); NaN for lists without a relevant row.

    Parameters
    ----------
    lists, scores
        As in `top_rows`.
    is_relevant : bool (n_rows,)
    """
    first = top_rows(lists, scores, k)
    counts = np.bincount(lists[is_relevant], minlength=len(first))
    values = ndcg(is_relevant[first] & (first >= 0), np.maximum(counts, 1), k)
    return np.where(counts > 0, values, np.nan)
