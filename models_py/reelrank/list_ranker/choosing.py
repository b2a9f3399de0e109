"""What is chosen by nDCG of the whole lists of cut-offs inside train: start, trees, weight."""

from collections.abc import Iterable

import numpy as np

from reelrank.evaluation.ranking import Lists, ndcg, order_keys
from reelrank.list_ranker.heads import ListHead
from reelrank.list_ranker.rows import LabelledRows
from reelrank.threads import in_order

UNTAUGHT_STARTS = {
    "long_view": "order_trending_taste",
    "watch_ratio": "order_trending_above_one_taste",
}
CHOICE_DEPTH = 50  # ten places of a few hundred lists hold too few hits to tell orders apart
CLEARLY = 2.0  # standard errors
CHANCE_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)


def best_start(labelled: list[LabelledRows], relevance: str, threads: int) -> str:
    """Name the order that does best over all cut-offs inside train."""
    default = UNTAUGHT_STARTS[relevance]
    if not sum(rows.labels[relevance].sum() for rows in labelled):
        return default
    names = [name for name in labelled[0].rows.names if name.startswith("order_")]

    def value(name: str) -> float:
        orders = (rows.whole.column(name) for rows in labelled)
        return _mean(_ndcgs(labelled, relevance, orders))

    values = dict(zip(names, in_order(value, names, threads), strict=True))
    return max(values, key=lambda name: (values[name], name == default))


def holds_up(tried: ListHead, head: ListHead, held_out: LabelledRows, threads: int) -> bool:
    """Say whether a head with trees does not clearly lose to one without on a cut-off held out.

    One where nothing can be found says nothing for them.
    """
    lost = _ndcg(held_out, head.relevance, _scores(held_out, head, threads))
    lost = lost - _ndcg(held_out, head.relevance, _scores(held_out, tried, threads))
    return len(lost) > 0 and _mean(lost) <= CLEARLY * _standard_error(lost)


def chance_weight(
    head: ListHead, labelled: list[LabelledRows], most_lost: float, threads: int
) -> float:
    """Largest weight of the log chance that costs at most `most_lost` of the lists' value.

    The cost is taken one standard error above what was seen, paired by user, so that a log that
    cannot tell keeps a weight of 0.
    """
    if head.relevance != "long_view":
        return 0.0
    scores = [_scores(rows, head, threads) for rows in labelled]

    def value(weight: float) -> np.ndarray:
        chances = (np.float32(weight) * rows.whole.log_chance for rows in labelled)
        return _ndcgs(labelled, head.relevance, map(np.add, scores, chances))

    values = dict(zip(CHANCE_WEIGHTS, in_order(value, CHANCE_WEIGHTS, threads), strict=True))
    best = max(values.values(), key=_mean)
    allowed = [
        weight
        for weight, value in values.items()
        if _mean(best - value) + _standard_error(best - value) <= most_lost * _mean(best)
        and len(value)
    ]
    return max(allowed, default=0.0)


def _scores(rows: LabelledRows, head: ListHead, threads: int) -> np.ndarray:
    """Score the rows of `whole`; NaN in lists where nothing was relevant, which nDCG leaves out."""
    is_scored = rows.wanted[head.relevance][rows.is_whole] > 0
    scores = np.full(len(rows.whole.user_id), np.nan, np.float32)
    if is_scored.any():
        found = head.score(rows.whole.of_lists(is_scored), threads)
        scores[np.repeat(is_scored, rows.whole.list_sizes)] = found
    return scores


def _ndcgs(
    labelled: list[LabelledRows], relevance: str, scores: Iterable[np.ndarray]
) -> np.ndarray:
    """Give nDCG of the whole lists of all cut-offs, one after the other."""
    return np.concatenate(
        [_ndcg(rows, relevance, found) for rows, found in zip(labelled, scores, strict=True)]
    )


def _ndcg(rows: LabelledRows, relevance: str, scores: np.ndarray) -> np.ndarray:
    """Give nDCG of the lists that are whole, deep into them; scores are of their rows."""
    wanted, sizes = rows.wanted[relevance][rows.is_whole], rows.whole.list_sizes
    is_row = np.repeat(wanted > 0, sizes)
    lists = Lists.of_lengths(sizes[wanted > 0])
    first = lists.first(lists.order(order_keys(scores[is_row])), CHOICE_DEPTH)
    hits = np.append(rows.whole_labels(relevance)[is_row], False)[first]
    return ndcg(hits, wanted[wanted > 0], CHOICE_DEPTH)


def _mean(values: np.ndarray) -> float:
    """Mean, 0 of nothing."""
    return float(values.mean()) if len(values) else 0.0


def _standard_error(values: np.ndarray) -> float:
    """Give the standard error of the mean, 0 of nothing."""
    return float(values.std() / np.sqrt(len(values))) if len(values) else 0.0
