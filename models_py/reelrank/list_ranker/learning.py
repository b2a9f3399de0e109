"""Teach the list ranker: what becomes of candidates of earlier cut-offs.

A head starts from an order that needs no learning (most viewed on the last day, trending with
taste ...), the best of them inside train, and adds trees unless they clearly lose on every cut-off
inside train. A log with too few positives keeps the order alone.

The trees are few and small: labels inside train span a day or so, and a model that fits that day
well orders the week after the boundary worse. Log loss does better than LambdaRank there.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import lightgbm as lgb
import numpy as np

from reelrank.evaluation.ranking import Lists, ndcg, order_keys
from reelrank.exact_math import expit, logit
from reelrank.list_ranker.rows import LabelledRows, ListRows
from reelrank.presets import ListSettings
from reelrank.progress import ignore
from reelrank.threads import SAME_ON_ANY_THREADS

UNTAUGHT_STARTS = {
    "long_view": "order_trending_taste",
    "watch_ratio": "order_trending_above_one_taste",
}
LEAST_POSITIVES = 50  # fewer teach no tree
CHOICE_DEPTH = 50  # ten places of a few hundred lists hold too few hits to tell orders apart
# lengths and users interact more in the second, so its trees are larger; steps and samples that
# are half as large steady them
TREES = {
    "long_view": {"num_leaves": 15, "learning_rate": 0.1},
    "watch_ratio": {
        "num_leaves": 31,
        "learning_rate": 0.05,
        "bagging_fraction": 0.5,
        "bagging_freq": 1,
    },
}
FULL_STEP = 0.1  # the learning rate that `rounds` of the preset is about
MAX_BIN = 63
POSITIVES_PER_LEAF = 100
POSITIVES_PER_ROUND = 15
CLEARLY = 2.0  # standard errors
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
            score = score + self.booster.predict(rows.features, raw_score=True, num_threads=threads)
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
        One per cut-off inside train, in time; each is for validation, where there are several.
    on_round : callable
        Called with 1 after each round, at most `most_rounds` times.
    """
    taught = {relevance: _teaching(labelled, relevance) for relevance in UNTAUGHT_STARTS}
    bins = _Bins(labelled) if any(taught.values()) else None
    heads = []
    for relevance, places in taught.items():
        head = ListHead(relevance, _best_start(labelled, relevance))
        if places:
            head = _fit_head(head, labelled, places, bins, settings, seed, threads, on_round)
        heads.append(head)
    return heads


def most_rounds(settings: ListSettings, cutoffs: int) -> int:
    """Count the rounds of all fits: for each head one at most for each cut-off, and one on all."""
    steps = (trees["learning_rate"] for trees in TREES.values())
    return (cutoffs + 1) * sum(round(settings.rounds * FULL_STEP / step) for step in steps)


def _teaching(labelled: list[LabelledRows], relevance: str) -> list[int]:
    """Places of the cut-offs that can teach: those with enough positives."""
    counts = [rows.labels[relevance][rows.is_drawn].sum() for rows in labelled]
    return [place for place, count in enumerate(counts) if count >= LEAST_POSITIVES]


def _best_start(labelled: list[LabelledRows], relevance: str) -> str:
    """Name the order that does best over all cut-offs inside train."""
    default = UNTAUGHT_STARTS[relevance]
    if not sum(rows.labels[relevance].sum() for rows in labelled):
        return default
    names = [name for name in labelled[0].rows.names if name.startswith("order_")]
    values = {
        name: mean(
            np.concatenate([_ndcg(rows, relevance, rows.whole.column(name)) for rows in labelled])
        )
        for name in names
    }
    return max(values, key=lambda name: (values[name], name == default))


def _ndcg(rows: LabelledRows, relevance: str, scores: np.ndarray) -> np.ndarray:
    """Give nDCG of the lists that are whole, deep into them; scores are of their rows."""
    wanted, sizes = rows.wanted[relevance][rows.is_whole], rows.whole.list_sizes
    is_row = np.repeat(wanted > 0, sizes)
    lists = Lists.of_lengths(sizes[wanted > 0])
    first = lists.first(lists.order(order_keys(scores[is_row])), CHOICE_DEPTH)
    hits = np.append(rows.whole_labels(relevance)[is_row], False)[first]
    return ndcg(hits, wanted[wanted > 0], CHOICE_DEPTH)


class _Bins:
    """The rows drawn from all cut-offs, binned once for every fit."""

    def __init__(self, labelled: list[LabelledRows]):
        drawn = [rows.rows.features[rows.is_drawn] for rows in labelled]
        self.cutoffs = np.repeat(np.arange(len(drawn)), [len(rows) for rows in drawn])
        self.data = lgb.Dataset(
            np.concatenate(drawn),
            label=np.zeros(len(self.cutoffs)),
            params=SAME_ON_ANY_THREADS
            | {"max_bin": MAX_BIN, "feature_pre_filter": False, "verbosity": -1},
        ).construct()

    def subset(self, places: list[int]) -> lgb.Dataset:
        """Take the rows of some cut-offs, still without labels."""
        return self.data.subset(np.flatnonzero(np.isin(self.cutoffs, places))).construct()


def _fit_head(
    head: ListHead,
    labelled: list[LabelledRows],
    taught: list[int],
    bins: _Bins,
    settings: ListSettings,
    seed: int,
    threads: int,
    on_round: Callable[[float], None],
) -> ListHead:
    """Decide whether trees help and what weight to take; fit on all cut-offs.

    Each cut-off in turn, the last one first, is held out until trees of the others do not clearly
    lose there. One alone may be of an odd day: the first one after a gap in the log teaches an
    order that loses everywhere else.
    """
    head = replace(head, start_scale=_scale(head, [labelled[place] for place in taught]))

    def with_trees(places: list[int]) -> ListHead:
        rows = [labelled[place] for place in places]
        data = bins.subset(places)
        return replace(
            head, booster=_train(head, rows, data, settings.rounds, seed, threads, on_round)
        )

    validated = head
    for place in reversed(taught) if len(taught) > 1 else ():
        tried, held = with_trees([other for other in taught if other != place]), labelled[place]
        lost = _ndcg(held, head.relevance, head.score(held.whole, threads))
        lost = lost - _ndcg(held, head.relevance, tried.score(held.whole, threads))
        if mean(lost) <= CLEARLY * _standard_error(lost):
            validated = tried
            break
    weight = _chance_weight(validated, labelled, settings.most_lost, threads)
    fitted = head if validated is head else with_trees(taught)
    return replace(fitted, chance_weight=weight)


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


def _train(
    head: ListHead,
    taught: list[LabelledRows],
    data: lgb.Dataset,
    rounds: int,
    seed: int,
    threads: int,
    on_round: Callable[[float], None],
) -> lgb.Booster:
    labels = np.concatenate([rows.labels[head.relevance][rows.is_drawn] for rows in taught])
    start = np.concatenate([head.score(rows.rows, threads)[rows.is_drawn] for rows in taught])
    data.set_label(labels.astype(np.float32))
    data.set_init_score(start + logit(labels.mean()) - start.mean())  # log-odds of the right mean
    leaves = TREES[head.relevance]["num_leaves"]
    parameters = TREES[head.relevance] | SAME_ON_ANY_THREADS
    parameters |= {
        "objective": "binary",
        # what a leaf needs follows from the rows and positives there are
        "num_leaves": int(np.clip(labels.sum() // POSITIVES_PER_LEAF, 4, leaves)),
        "min_data_in_leaf": int(np.clip(len(labels) // 2000, 20, 500)),
        "max_bin": MAX_BIN,
        "feature_fraction": 0.5,
        "lambda_l2": 10.0,
        "metric": "None",
        "seed": seed,
        "num_threads": threads,
        "verbosity": -1,
    }
    rounds = min(rounds, int(labels.sum()) // POSITIVES_PER_ROUND)
    count = round(rounds * FULL_STEP / parameters["learning_rate"])
    return lgb.train(parameters, data, num_boost_round=count, callbacks=[lambda _: on_round(1)])


def _chance_weight(
    head: ListHead, labelled: list[LabelledRows], most_lost: float, threads: int
) -> float:
    """Largest weight of the log chance that costs at most `most_lost` of the lists' value.

    The cost is taken one standard error above what was seen, paired by user, so that a log that
    cannot tell keeps a weight of 0.
    """
    if head.relevance != "long_view":
        return 0.0
    scores = [head.score(rows.whole, threads) for rows in labelled]
    values = {
        weight: np.concatenate(
            [
                _ndcg(rows, head.relevance, score + np.float32(weight) * rows.whole.log_chance)
                for rows, score in zip(labelled, scores, strict=True)
            ]
        )
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


def mean(values: np.ndarray) -> float:
    """Mean, 0 of nothing."""
    return float(values.mean()) if len(values) else 0.0


def _standard_error(values: np.ndarray) -> float:
    return float(values.std() / np.sqrt(max(len(values), 1)))
