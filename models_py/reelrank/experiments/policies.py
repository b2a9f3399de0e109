"""Policies: models, rules, blends of both, and re-rankers over them, read from one line each."""

import re
from dataclasses import dataclass

import numpy as np

from reelrank.errors import UserError
from reelrank.evaluation.ranking import Lists, order_keys

TERM = re.compile(r"(?:(?P<weight>\d+(?:\.\d+)?)\s*\*\s*)?(?P<model>[^+|*]+)")
RERANKER = re.compile(r"(?P<name>mmr|explore)\((?P<strength>0?\.\d+|0|1|1\.0)\)")
HOW = "Write a model, a sum such as 'ranker + 0.5 * als', and after | mmr(0.3) or explore(0.1)."
MMR_DEPTH = 100  # how far down a list is re-ranked for diversity


@dataclass(frozen=True)
class Policy:
    """What decides whom to show what.

    Attributes
    ----------
    text : str
        As given.
    weights : dict
        Weight of each model's score, in standard deviations over the user's videos.
    mmr, explore : float
        Weight of diversity of tags; share of places given to videos drawn at random.
    """

    text: str
    weights: dict[str, float]
    mmr: float = 0.0
    explore: float = 0.0


def read_policies(texts: list[str]) -> list[Policy]:
    """Parse policies, the first of which is the one the others are compared with.

    Raises
    ------
    UserError
        If one cannot be read or is there twice.

    Examples
    --------
    >>> read_policies(["ranker", "ranker + 0.5 * als | mmr(0.3)"])[1].weights
    {'ranker': 1.0, 'als': 0.5}
    """
    if len(texts) < 2 or len(set(texts)) != len(texts):
        raise UserError("An experiment compares two or more different policies.", HOW)
    return [_read(text) for text in texts]


def _read(text: str) -> Policy:
    blend, *rerankers = (part.strip() for part in text.split("|"))
    weights: dict[str, float] = {}
    for part in blend.split("+"):
        found = TERM.fullmatch(part.strip())
        if not found:
            raise UserError(f"The policy {text!r} cannot be read at {part.strip()!r}.", HOW)
        model = found["model"].strip()
        weights[model] = weights.get(model, 0.0) + float(found["weight"] or 1)
    strengths = {}
    for part in rerankers:
        found = RERANKER.fullmatch(part)
        if not found:
            raise UserError(f"The policy {text!r} has no re-ranker {part!r}.", HOW)
        strengths[found["name"]] = float(found["strength"])
    return Policy(text, weights, **strengths)


def standardised(lists: Lists, scores: np.ndarray) -> np.ndarray:
    """Scores less their mean over the user's videos, in standard deviations; 0 for unknown.

    Parameters
    ----------
    scores : float64 (n_rows,)
        NaN for unknown, which then counts as the lowest.
    """
    lowest = np.nanmin(scores) if np.isfinite(scores).any() else 0.0
    known = np.where(np.isnan(scores), lowest, scores).astype(np.float64)
    counts = np.maximum(lists.lengths, 1)
    mean = np.bincount(lists.numbers, known, len(counts)) / counts
    square = np.bincount(lists.numbers, known * known, len(counts)) / counts
    spread = np.sqrt(np.maximum(square - mean * mean, 1e-12))
    return (known - mean[lists.numbers]) / spread[lists.numbers]


def serving_order(
    policy: Policy,
    lists: Lists,
    scores: dict[str, np.ndarray],
    tags: np.ndarray,
    seed: int,
) -> np.ndarray:
    """Row numbers of each user's videos in the order they are served, int64 (n_rows,).

    Parameters
    ----------
    lists : Lists
        The rows of each user.
    scores : model -> float64 (n_rows,)
        Standardised.
    tags : bool (n_rows, n_tags)
        Of each row's video.
    """
    total = sum(weight * scores[model] for model, weight in policy.weights.items())
    order = lists.order(order_keys(total))
    if policy.mmr:
        order = _diversified(lists, order, total, tags, policy.mmr)
    if policy.explore:
        order = _explored(lists, order, policy.explore, seed)
    return order


def _diversified(
    lists: Lists, order: np.ndarray, scores: np.ndarray, tags: np.ndarray, weight: float
) -> np.ndarray:
    """Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998) over the first of each list.

    The next video is the one with the largest (1 - weight) x score - weight x 3 x its largest
    likeness (Jaccard, of tags) to what was chosen; scores are in standard deviations.
    """
    order = order.copy()
    for start, stop in zip(lists.starts[:-1], lists.starts[1:], strict=True):
        rows = order[start : min(stop, start + MMR_DEPTH)]
        own = tags[rows].astype(np.float32)
        sizes = own.sum(axis=1)
        shared = own @ own.T
        likeness = shared / np.maximum(sizes[:, None] + sizes - shared, 1)
        closest, chosen = np.zeros(len(rows), np.float32), []
        worth = (1 - weight) * scores[rows]
        for _ in rows:
            found = int(np.argmax(worth - 3 * weight * closest))
            chosen.append(found)
            worth[found] = -np.inf
            closest = np.maximum(closest, likeness[found])
        order[start : start + len(rows)] = rows[chosen]
    return order


def _explored(lists: Lists, order: np.ndarray, share: float, seed: int) -> np.ndarray:
    """Give a share of the places to videos drawn at random from the whole list."""
    rng = np.random.default_rng(seed)
    order = order.copy()
    for start, stop in zip(lists.starts[:-1], lists.starts[1:], strict=True):
        rows = order[start:stop]
        is_drawn = rng.random(len(rows)) < share
        drawn = rng.permutation(rows)[: int(is_drawn.sum())]
        kept = rows[~np.isin(rows, drawn)]
        mixed = np.empty_like(rows)
        mixed[is_drawn], mixed[~is_drawn] = drawn, kept
        order[start:stop] = mixed
    return order
