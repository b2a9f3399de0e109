"""Teach the list ranker: what becomes of candidates of earlier cut-offs.

A head starts from an order that needs no learning (most viewed on the last day, trending with
taste ...), the best of them inside train, and adds trees as far as they help on the last cut-off
inside train. So it does not lose to a rule where a log is too small for trees.
"""

from collections.abc import Callable
from dataclasses import dataclass

import lightgbm as lgb
import numpy as np

from reelrank.exact_math import expit, logit
from reelrank.list_ranker.judging import DEPTH, mean, ndcg_of_lists
from reelrank.list_ranker.rows import LabelledRows, ListRows
from reelrank.presets import ListSettings
from reelrank.progress import ignore

UNTAUGHT_STARTS = {
    "long_view": "order_trending_taste",
    "watch_ratio": "order_trending_above_one_taste",
}
LEAST_POSITIVES = 50  # fewer teach no tree
START_DEPTH = 50
CHECKED_ROUNDS = 10
CHANCE_WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0)


@dataclass(frozen=True)
class ListHead:
    """An order of candidates for one relevance.

    Attributes
    ----------
    relevance : str
        long_view or watch_ratio.
    start, start_scale : str and float
        The feature from which the score starts, and its weight.
    booster : lightgbm.Booster or None
        Trees added to it; None where none helped.
    chance_weight : float
        Weight of the log chance of a long view in the order shown.
    """

    relevance: str
    start: str
    start_scale: float = 1.0
    booster: lgb.Booster | None = None
    chance_weight: float = 0.0

    @property
    def name(self) -> str:
        """Name in ml.models."""
        return f"list_{self.relevance}"

    def score(self, rows: ListRows, threads: int) -> np.ndarray:
        """Score candidates as the log expects them to be watched, float32 (n_rows,)."""
        score = np.float32(self.start_scale) * rows.column(self.start)
        if self.booster is not None:
            score = score + self.booster.predict(rows.features, num_threads=threads)
        return score.astype(np.float32)


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
        One per cut-off inside train, in time; the last one is for validation, where there are
        several.
    """
    heads = []
    for relevance in UNTAUGHT_STARTS:
        start = _best_start(labelled, relevance)
        taught = [rows for rows in labelled if rows.labels[relevance].sum() >= LEAST_POSITIVES]
        head = ListHead(relevance, start)
        if taught:
            head = _fit_head(head, taught, settings, seed, threads, on_round)
        heads.append(head)
    return heads


def _best_start(labelled: list[LabelledRows], relevance: str) -> str:
    """Name the order that does best over all cut-offs inside train, deep into the lists.

    Ten places of a few hundred lists hold too few hits to tell similar orders apart.
    """
    default = UNTAUGHT_STARTS[relevance]
    if not sum(rows.labels[relevance].sum() for rows in labelled):
        return default
    names = [name for name in labelled[0].rows.names if name.startswith("order_")]
    values = {
        name: mean(
            np.concatenate(
                [_ndcg(rows, relevance, rows.rows.column(name), START_DEPTH) for rows in labelled]
            )
        )
        for name in names
    }
    return max(values, key=lambda name: (values[name], name == default))


def _ndcg(rows: LabelledRows, relevance: str, scores: np.ndarray, depth: int = DEPTH) -> np.ndarray:
    return ndcg_of_lists(
        scores, rows.labels[relevance], rows.rows.list_sizes, rows.wanted[relevance], depth
    )


def _fit_head(
    head: ListHead,
    taught: list[LabelledRows],
    settings: ListSettings,
    seed: int,
    threads: int,
    on_round: Callable[[float], None],
) -> ListHead:
    """Choose objective, rounds and weight on the last cut-off, then fit on all of them."""
    held = taught[-1]
    fit_on = taught[:-1] or taught
    scale = _scale(head, fit_on)
    head = ListHead(head.relevance, head.start, scale)
    start_value = _ndcg(held, head.relevance, head.score(held.rows, threads))
    best_value, choice, validated = start_value, None, head
    for objective in settings.objectives if len(taught) > 1 else ():
        booster = _train(head, fit_on, objective, settings.max_rounds, seed, threads, on_round)
        for rounds in range(CHECKED_ROUNDS, settings.max_rounds + 1, CHECKED_ROUNDS):
            score = head.score(held.rows, threads) + booster.predict(
                held.rows.features, num_iteration=rounds, num_threads=threads
            )
            value = _ndcg(held, head.relevance, score)
            if mean(value) > mean(best_value) and _is_better(value, start_value):
                best_value, choice = value, (objective, rounds)
                validated = _with_trees(head, booster, rounds)
    weight = _chance_weight(validated, held, settings.most_lost, threads)
    if choice is None:
        return ListHead(head.relevance, head.start, scale, None, weight)
    booster = _train(head, taught, *choice, seed, threads, on_round)
    return ListHead(head.relevance, head.start, scale, booster, weight)


def _with_trees(head: ListHead, booster: lgb.Booster, rounds: int) -> ListHead:
    text = booster.model_to_string(num_iteration=rounds)
    return ListHead(head.relevance, head.start, head.start_scale, lgb.Booster(model_str=text))


def _is_better(value: np.ndarray, other: np.ndarray) -> bool:
    """Whether lists gain by more than one standard error, paired by user."""
    gain = value - other
    return mean(gain) > _standard_error(gain)


def _scale(head: ListHead, fit_on: list[LabelledRows]) -> float:
    """Slope of the log-odds of relevance along the start, by Newton's method; at least .1."""
    values = np.concatenate([rows.rows.column(head.start) for rows in fit_on]).astype(np.float64)
    labels = np.concatenate([rows.labels[head.relevance] for rows in fit_on])
    if not 0 < labels.mean() < 1:
        return 1.0
    inputs = np.stack([np.ones_like(values), values], axis=1)
    weights = np.array([logit(labels.mean()), 0.0])
    for _ in range(20):
        chance = expit(np.clip(inputs @ weights, -30, 30))
        curvature = (inputs * (chance * (1 - chance))[:, None]).T @ inputs + np.eye(2) * 1e-6
        weights += np.linalg.solve(curvature, inputs.T @ (labels - chance))
    return float(max(weights[1], 0.1)) if np.isfinite(weights).all() else 1.0


def _train(
    head: ListHead,
    taught: list[LabelledRows],
    objective: str,
    rounds: int,
    seed: int,
    threads: int,
    on_round: Callable[[float], None],
) -> lgb.Booster:
    features = np.concatenate([rows.rows.features for rows in taught])
    labels = np.concatenate([rows.labels[head.relevance] for rows in taught])
    start = np.concatenate([head.score(rows.rows, threads) for rows in taught])
    if objective == "binary":  # log-odds of the right mean
        start = start + logit(labels.mean()) - start.mean()
    data = lgb.Dataset(
        features,
        label=labels.astype(np.float32),
        group=np.concatenate([rows.rows.list_sizes for rows in taught]),
        init_score=start,
        free_raw_data=False,
    )
    parameters = {
        "objective": objective,
        "learning_rate": 0.1,
        # what a leaf needs follows from the rows and positives there are
        "num_leaves": int(np.clip(labels.sum() // 100, 4, 31)),
        "min_data_in_leaf": int(np.clip(len(labels) // 2000, 20, 500)),
        "max_bin": 63,
        "feature_fraction": 0.5,
        "lambda_l2": 10.0,
        "lambdarank_truncation_level": 20,
        "metric": "None",
        "seed": seed,
        "num_threads": threads,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
    return lgb.train(parameters, data, num_boost_round=rounds, callbacks=[lambda _: on_round(1)])


def _chance_weight(head: ListHead, held: LabelledRows, most_lost: float, threads: int) -> float:
    """Largest weight of the log chance that costs at most `most_lost` of the lists' value.

    The cost is taken one standard error above what was seen, paired by user, so that a log that
    cannot tell keeps a weight of 0.
    """
    if head.relevance != "long_view":
        return 0.0
    score = head.score(held.rows, threads)
    values = {
        weight: _ndcg(held, head.relevance, score + np.float32(weight) * held.rows.log_chance)
        for weight in CHANCE_WEIGHTS
    }
    best = max(values.values(), key=mean)
    allowed = [
        weight
        for weight, value in values.items()
        if mean(best - value) + _standard_error(best - value) <= most_lost * mean(best)
        and len(value)
    ]
    return max(allowed, default=0.0)


def _standard_error(values: np.ndarray) -> float:
    return float(values.std() / np.sqrt(max(len(values), 1)))
