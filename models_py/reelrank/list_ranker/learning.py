"""Teach the list ranker: what becomes of candidates of earlier cut-offs.

A head starts from an order that needs no learning (most viewed on the last day, trending with
taste ...), the best of them inside train, and adds trees unless they clearly lose on every cut-off
inside train. A log with too few positives keeps the order alone.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from reelrank.exact_math import expit, logit
from reelrank.list_ranker.choosing import UNTAUGHT_STARTS, best_start, chance_weight, holds_up
from reelrank.list_ranker.heads import ListHead
from reelrank.list_ranker.rows import LabelledRows
from reelrank.list_ranker.trees import Teacher
from reelrank.presets import ListSettings
from reelrank.progress import ignore
from reelrank.threads import in_order, one_blas_thread

LEAST_POSITIVES = 50  # fewer teach no tree


def fit_list_heads(
    labelled: list[LabelledRows],
    settings: ListSettings,
    *,
    seed: int,
    threads: int,
    on_round: Callable[[float], None] = ignore,
) -> list[ListHead]:
    """Fit a head for each relevance.

    Parameters
    ----------
    labelled : list of LabelledRows
        One per cut-off inside train, in time; each is for validation, where there are several.
    on_round : callable
        Called with 1 after each round, at most `most_rounds` times.
    """
    teacher = Teacher(labelled, settings.rounds, seed, threads, on_round)
    heads, places = [], {}
    for relevance in UNTAUGHT_STARTS:
        head = ListHead(relevance, best_start(labelled, relevance, threads))
        places[relevance] = _teaching(labelled, relevance)
        if places[relevance]:
            head = replace(head, start_scale=_scale(head, [labelled[n] for n in places[relevance]]))
        heads.append(head)
    # for each head a fit to be judged on the last cut-off and one on all, the long ones first
    jobs = [
        (head, places[head.relevance][:end])
        for head in reversed(heads)
        for end in (-1, None)
        if len(places[head.relevance]) > 1
    ]
    fitted = {}
    for (head, _), taught in zip(jobs, teacher.fit_all(jobs), strict=True):
        fitted.setdefault(head.relevance, []).append(taught)

    def chosen(head: ListHead) -> ListHead:
        relevance = head.relevance
        return _choose(head, places[relevance], fitted.get(relevance), teacher, settings)

    return list(in_order(chosen, heads, threads))


def _teaching(labelled: list[LabelledRows], relevance: str) -> list[int]:
    """Places of the cut-offs that can teach: those with enough positives."""
    counts = [rows.labels[relevance][rows.is_drawn].sum() for rows in labelled]
    return [place for place, count in enumerate(counts) if count >= LEAST_POSITIVES]


@one_blas_thread()
def _scale(head: ListHead, fit_on: list[LabelledRows]) -> float:
    """Slope of the log-odds of relevance along the start, by Newton's method; at least .1."""
    values = np.concatenate(
        [rows.rows.column(head.start)[rows.is_drawn] for rows in fit_on]
    ).astype(np.float64)
    labels = np.concatenate([rows.labels[head.relevance][rows.is_drawn] for rows in fit_on])
    if not 0 < labels.mean() < 1:
        return 1.0
    inputs = np.stack([np.ones_like(values), values], axis=1)
    weights = np.array([logit(labels.mean()), 0.0])
    for _ in range(20):
        chance = expit(np.clip(inputs @ weights, -30, 30))
        curvature = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + np.eye(2) * 1e-6
        weights += np.linalg.solve(curvature, inputs.T @ (labels - chance))
    return float(max(weights[1], 0.1)) if np.isfinite(weights).all() else 1.0


def _choose(
    head: ListHead,
    taught: list[int],
    fitted: list[ListHead] | None,
    teacher: Teacher,
    settings: ListSettings,
) -> ListHead:
    """Decide whether trees help and what weight to take.

    Each cut-off in turn, the last one first, is held out until trees of the others do not clearly
    lose there. One alone may be of an odd day: the first one after a gap in the log teaches an
    order that loses everywhere else.

    Parameters
    ----------
    fitted : list of ListHead, optional
        With trees of all cut-offs taught but the last, and of all; None of a single one.
    """
    if not taught:
        return head
    threads, labelled = teacher.threads, teacher.labelled
    validated = head
    for place in reversed(taught) if fitted else ():
        others = [other for other in taught if other != place]
        tried = fitted[0] if place == taught[-1] else teacher.fit(head, others)
        if holds_up(tried, head, labelled[place], threads):
            validated = tried
            break
    weight = chance_weight(validated, labelled, settings.most_lost, threads)
    return replace(head if validated is head else fitted[1], chance_weight=weight)
