"""Re-rank published lists by what the sliders say, and measure what that does."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from reelrank.evaluation.ranking import ndcg

LENGTH = 10


@dataclass(frozen=True)
class Wishes:
    """What the sliders say.

    Attributes
    ----------
    taste : float
        Weight of the log chance of a long view against the list score; the run's own by default.
    freshness : float
        Weight of being new: minus the logarithm of days since the first view.
    diversity : float
        Weight of MMR against the likeness of tags and author, 0 to 1.
    exploration : float
        Share of places for videos from further down the list, 0 to 1.
    """

    taste: float = 0.0
    freshness: float = 0.0
    diversity: float = 0.0
    exploration: float = 0.0


Rows = dict[str, np.ndarray]
"""Columns of one list, best first: ranking_score, list_score, log_chance,
days_since_first_view, tags (a set each), author_id, is_relevant, relevant_count,
predicted_long_view, is_alive; (n,) each."""


def split_lists(lists: pd.DataFrame) -> list[Rows]:
    """Columns of each user's list; rows are sorted by user and rank."""
    numbers = ("ranking_score", "list_score", "log_chance", "days_since_first_view",
               "predicted_long_view", "is_relevant", "is_alive", "relevant_count")  # fmt: skip
    columns = {name: lists[name].to_numpy(np.float64, na_value=np.nan) for name in numbers}
    columns["author_id"] = lists["author_id"].to_numpy()
    tags = [frozenset(found) if found is not None else frozenset() for found in lists["tags"]]
    columns["tags"] = np.fromiter(tags, dtype=object, count=len(tags))
    user = lists["user_id"].to_numpy()
    cuts = np.flatnonzero(user[1:] != user[:-1]) + 1
    parts = {name: np.split(values, cuts) for name, values in columns.items()}
    return [{name: parts[name][n] for name in parts} for n in range(len(cuts) + 1)]


def scores_of(rows: Rows, wishes: Wishes) -> np.ndarray:
    """Score the rows of a list by taste and freshness, float64 (n,).

    A run without a list ranker has no list_score: its own order then stands for both.
    """
    parts = rows["list_score"] + wishes.taste * np.nan_to_num(rows["log_chance"])
    score = np.where(np.isnan(parts), rows["ranking_score"], parts)
    age = np.log1p(np.maximum(np.nan_to_num(rows["days_since_first_view"]), 0))
    return score - wishes.freshness * age


def reranked(rows: Rows, wishes: Wishes, seed: int = 0) -> np.ndarray:
    """Places of the first ten rows of one list, best first, int64 (at most 10,)."""
    scores = scores_of(rows, wishes)
    order = np.argsort(-scores, kind="stable")
    if wishes.diversity:
        order = _diversified(rows, scores, order[:50], wishes.diversity)
    first, rest = order[:LENGTH].copy(), order[LENGTH:]
    if wishes.exploration and len(rest):
        rng = np.random.default_rng(seed)
        places = np.flatnonzero(rng.random(len(first)) < wishes.exploration)[: len(rest)]
        first[places] = rng.choice(rest, len(places), replace=False)
    return first


def _diversified(rows: Rows, scores: np.ndarray, order: np.ndarray, weight: float) -> np.ndarray:
    """Maximal marginal relevance: likeness is 1 for the same author, else that of tags."""
    worth = (1 - weight) * scores[order] / (scores.std() or 1.0)
    tags, authors = rows["tags"][order], rows["author_id"][order]
    closest, chosen = np.zeros(len(order)), []
    for _ in range(min(LENGTH, len(order))):
        best = int(np.argmax(worth - 3 * weight * closest))
        chosen.append(best)
        worth[best] = -np.inf
        own = tags[best]
        alike = np.array([1 - _distance(own, other) for other in tags])
        closest = np.maximum(closest, np.where(authors == authors[best], 1.0, alike))
    rest = np.setdiff1d(np.arange(len(order)), chosen)
    return order[np.concatenate([chosen, rest]).astype(int)]


def measured(lists: list[Rows], wishes: Wishes) -> dict[str, float]:
    """Quality of re-ranked lists, averaged over their users.

    Returns
    -------
    dict
        ndcg: nDCG@10 of long views that the log then showed; chance: the mean predicted chance of
        one; alive: the share alive; diversity: the mean distance of tags.
    """
    hits = np.zeros((len(lists), LENGTH), bool)
    relevant = np.array([rows["relevant_count"][0] for rows in lists], np.int64)
    found: dict[str, list[float]] = {"chance": [], "alive": [], "diversity": []}
    for number, rows in enumerate(lists):
        first = reranked(rows, wishes, number)
        hits[number, : len(first)] = rows["is_relevant"][first]
        found["chance"].append(rows["predicted_long_view"][first].mean())
        found["alive"].append(rows["is_alive"][first].mean())
        found["diversity"].append(_tag_distance(rows["tags"][first]))
    gain = np.where(relevant > 0, ndcg(hits, np.maximum(relevant, 1), LENGTH), np.nan)
    return {name: float(np.nanmean(values)) for name, values in ({"ndcg": gain} | found).items()}


def _tag_distance(tags: np.ndarray) -> float:
    """Mean Jaccard distance of tags over the pairs of a list, 0 between equal sets of tags."""
    distances = [
        0.0 if one == other else _distance(one, other)
        for place, one in enumerate(tags)
        for other in tags[:place]
    ]
    return sum(distances) / len(distances) if distances else np.nan


def _distance(one: frozenset, other: frozenset) -> float:
    shared = len(one & other)
    return 1 - shared / max(len(one) + len(other) - shared, 1)
