"""Ways to tell from the log how a model would do, each as sums per user.

All are about the share of the first ten videos that a user likes. `shares[way]` is a sum of
ratios of sums: the parts' numerators and denominators are added over users and divided.
"""

import numpy as np

from reelrank.evaluation.judge import Judge
from reelrank.evaluation.ranking import top_rows
from reelrank.evaluation.rows import Protocol
from reelrank.offline.weights import Facts

DEPTH = 10
Parts = list[tuple[np.ndarray, np.ndarray]]
"""Numerators and denominators per user of `Judge.catalogue.users`, float64 (n_users,) each."""


def ways_of(judge: Judge, facts: Facts, scores: np.ndarray, relevance: str) -> dict[str, Parts]:
    """Sum up what each way sees of a model's order; docs/offline.md has the formulas.

    Parameters
    ----------
    scores : float (n_rows,)
        Of every judged row, NaN for unknown.
    """
    order = judge.rows.order(scores)
    protocols = {protocol.name: protocol for protocol in judge.rows.protocols}
    relevant, expected = facts.relevant[relevance], facts.expected[relevance]
    found: dict[str, Parts] = {}
    direct: Parts = []
    if "dense" in protocols:
        first, users = _first(judge, protocols["dense"], order)
        found["dense"] = [_sums(judge, users, first, relevant)]
        direct = [_sums(judge, users, first, expected)]
    if "holdout" in protocols:
        first, users = _first(judge, protocols["holdout"], order)
        found["holdout"] = [_sums(judge, users, first, relevant)]
        for suffix, weights in facts.weights.items():
            by_count = _sums(judge, users, first, weights * relevant)
            found[f"ips{suffix}"] = [by_count]
            found[f"snips{suffix}"] = [(by_count[0], _sums(judge, users, first, weights)[0])]
            off = _sums(judge, users, first, weights * (relevant - expected))[0]
            weight = found[f"snips{suffix}"][0][1]
            if direct:
                found[f"doubly_robust{suffix}"] = [*direct, (off, weight)]
        found["replay"] = [_replay(judge, facts, scores, relevant)]
    return found


def _first(judge: Judge, protocol: Protocol, order: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers of the first ten of each list, and places of the users."""
    first = judge.rows.first(order, protocol, DEPTH)
    return first, np.searchsorted(judge.catalogue.users, judge.rows.users[protocol.lists])


def _sums(
    judge: Judge, users: np.ndarray, first: np.ndarray, values: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Values of the first rows, and their number, summed per user."""
    is_there = first >= 0
    count = len(judge.catalogue.users)
    total = np.where(is_there, values[first], 0.0).sum(axis=1)
    return (
        np.bincount(users, total, count),
        np.bincount(users, is_there.sum(axis=1), count).astype(np.float64),
    )


def _replay(
    judge: Judge, facts: Facts, scores: np.ndarray, relevant: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Count only the event of each user and day that the model would have picked of that day."""
    mine = np.flatnonzero(facts.day_lists >= 0)
    picked = mine[top_rows(facts.day_lists[mine], scores[mine], 1)[:, 0]]
    users = judge.rows.users[judge.rows.lists.numbers[picked]]
    places, count = np.searchsorted(judge.catalogue.users, users), len(judge.catalogue.users)
    return (
        np.bincount(places, relevant[picked], count),
        np.bincount(places, minlength=count).astype(np.float64),
    )
