"""Teach the list ranker: what becomes of candidates of earlier cut-offs.

A head starts from an order that needs no learning (most viewed on the last day, trending with
taste ...), the best of them inside train, and adds trees unless they clearly lose on every cut-off
inside train. A log with too few positives keeps the order alone.

The trees are few and small: labels inside train span a day or so, and a model that fits that day
well orders the week after the boundary worse. Log loss does better than LambdaRank there.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import lightgbm as lgb
import numpy as np

from reelrank.evaluation.ranking import Lists, ndcg, order_keys
from reelrank.exact_math import expit, logit
from reelrank.list_ranker.rows import LabelledRows, ListRows
from reelrank.presets import ListSettings
from reelrank.progress import ignore
from reelrank.threads import SAME_ON_ANY_THREADS, in_order

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
    teacher = _Teacher(labelled, settings.rounds, seed, threads, on_round)
    heads, places = [], {}
    for relevance in UNTAUGHT_STARTS:
        head = ListHead(relevance, _best_start(labelled, relevance, threads))
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


def most_rounds(settings: ListSettings, cutoffs: int) -> int:
    """Count the rounds of all fits: for each head one at most for each cut-off, and one on all."""
    steps = (trees["learning_rate"] for trees in TREES.values())
    return (cutoffs + 1) * sum(round(settings.rounds * FULL_STEP / step) for step in steps)


def _teaching(labelled: list[LabelledRows], relevance: str) -> list[int]:
    """Places of the cut-offs that can teach: those with enough positives."""
    counts = [rows.labels[relevance][rows.is_drawn].sum() for rows in labelled]
    return [place for place, count in enumerate(counts) if count >= LEAST_POSITIVES]


def _best_start(labelled: list[LabelledRows], relevance: str, threads: int) -> str:
    """Name the order that does best over all cut-offs inside train."""
    default = UNTAUGHT_STARTS[relevance]
    if not sum(rows.labels[relevance].sum() for rows in labelled):
        return default
    names = [name for name in labelled[0].rows.names if name.startswith("order_")]

    def value(name: str) -> float:
        orders = (rows.whole.column(name) for rows in labelled)
        return mean(_ndcgs(labelled, relevance, orders))

    values = dict(zip(names, in_order(value, names, threads), strict=True))
    return max(values, key=lambda name: (values[name], name == default))


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


class _Teacher:
    """Fits trees to the rows drawn from some cut-offs, which are binned once."""

    def __init__(
        self,
        labelled: list[LabelledRows],
        rounds: int,
        seed: int,
        threads: int,
        on_round: Callable[[float], None],
    ):
        self.labelled, self.threads = labelled, threads
        self._rounds, self._seed, self._on_round = rounds, seed, on_round

    @cached_property
    def _cutoffs(self) -> np.ndarray:
        """Place of the cut-off of each row drawn, int (n_drawn,)."""
        counts = [rows.is_drawn.sum() for rows in self.labelled]
        return np.repeat(np.arange(len(counts)), counts)

    @cached_property
    def _bins(self) -> lgb.Dataset:
        return lgb.Dataset(
            np.concatenate([rows.rows.features[rows.is_drawn] for rows in self.labelled]),
            label=np.zeros(len(self._cutoffs)),
            params=SAME_ON_ANY_THREADS
            | {"max_bin": MAX_BIN, "feature_pre_filter": False, "verbosity": -1},
        ).construct()

    def fit_all(self, jobs: list[tuple[ListHead, list[int]]]) -> list[ListHead]:
        """Give heads the trees of some cut-offs, side by side: a fit alone leaves cores idle."""
        tasks = ((head, self._dataset(head, places)) for head, places in jobs)
        at_once = max(min(self.threads, len(jobs)), 1)
        return list(
            in_order(lambda task: self._fit(*task, self.threads // at_once), tasks, at_once)
        )

    def fit(self, head: ListHead, places: list[int]) -> ListHead:
        """Give one head its trees."""
        return self._fit(head, self._dataset(head, places), self.threads)

    def _dataset(self, head: ListHead, places: list[int]) -> lgb.Dataset:
        """Take the rows of some cut-offs, with labels and the scores to start from."""
        taught = [self.labelled[place] for place in places]
        labels = np.concatenate([rows.labels[head.relevance][rows.is_drawn] for rows in taught])
        start = np.concatenate([head.score(rows.rows, 1)[rows.is_drawn] for rows in taught])
        data = self._bins.subset(np.flatnonzero(np.isin(self._cutoffs, places))).construct()
        data.set_label(labels.astype(np.float32))
        # log-odds of the right mean
        data.set_init_score(start + logit(labels.mean()) - start.mean())
        return data

    def _fit(self, head: ListHead, data: lgb.Dataset, threads: int) -> ListHead:
        labels = data.get_label()
        positives = int(labels.sum(dtype=np.float64))
        leaves = TREES[head.relevance]["num_leaves"]
        parameters = TREES[head.relevance] | SAME_ON_ANY_THREADS
        parameters |= {
            "objective": "binary",
            # what a leaf needs follows from the rows and positives there are
            "num_leaves": int(np.clip(positives // POSITIVES_PER_LEAF, 4, leaves)),
            "min_data_in_leaf": int(np.clip(len(labels) // 2000, 20, 500)),
            "max_bin": MAX_BIN,
            "feature_fraction": 0.5,
            "lambda_l2": 10.0,
            "metric": "None",
            "seed": self._seed,
            "num_threads": threads,
            "verbosity": -1,
        }
        rounds = min(self._rounds, positives // POSITIVES_PER_ROUND)
        count = round(rounds * FULL_STEP / parameters["learning_rate"])
        booster = lgb.train(
            parameters, data, num_boost_round=count, callbacks=[lambda _: self._on_round(1)]
        )
        return replace(head, booster=booster)


def _choose(
    head: ListHead,
    taught: list[int],
    fitted: list[ListHead] | None,
    teacher: _Teacher,
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
        held = labelled[place]
        lost = _ndcg(held, head.relevance, head.score(held.whole, threads))
        lost = lost - _ndcg(held, head.relevance, tried.score(held.whole, threads))
        if mean(lost) <= CLEARLY * _standard_error(lost):
            validated = tried
            break
    weight = _chance_weight(validated, labelled, settings.most_lost, threads)
    return replace(head if validated is head else fitted[1], chance_weight=weight)


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

    def value(weight: float) -> np.ndarray:
        chances = (np.float32(weight) * rows.whole.log_chance for rows in labelled)
        return _ndcgs(labelled, head.relevance, map(np.add, scores, chances))

    values = dict(zip(CHANCE_WEIGHTS, in_order(value, CHANCE_WEIGHTS, threads), strict=True))
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
