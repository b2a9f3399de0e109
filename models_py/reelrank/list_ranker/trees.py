"""Trees of the list ranker: fitted on the log-odds of an order, to the rows drawn from cut-offs.

They are few and small: labels inside train span a day or so, and a model that fits that day well
orders the week after the boundary worse. Log loss does better than LambdaRank there.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

import lightgbm as lgb
import numpy as np

from reelrank.exact_math import logit
from reelrank.list_ranker.heads import ListHead
from reelrank.list_ranker.rows import LabelledRows
from reelrank.presets import ListSettings
from reelrank.threads import SAME_ON_ANY_THREADS, in_order

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


def most_rounds(settings: ListSettings, cutoffs: int) -> int:
    """Count the rounds of all fits: for each head one at most for each cut-off, and one on all."""
    steps = (trees["learning_rate"] for trees in TREES.values())
    return (cutoffs + 1) * sum(round(settings.rounds * FULL_STEP / step) for step in steps)


class Teacher:
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
