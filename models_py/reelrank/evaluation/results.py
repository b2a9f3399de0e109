"""What is found while judging, in the shapes that the summaries read."""

import re
from dataclasses import dataclass, field, replace

import duckdb
import numpy as np

from reelrank.evaluation.blocks import ErrorBlock, MetricBlock
from reelrank.evaluation.orderings import CUTOFFS
from reelrank.evaluation.ranking import METRICS, measure
from reelrank.evaluation.split import is_test
from reelrank.warehouse.sql import read_sql

HALVES = ("dense_tune", "dense_test")
TABLES = ("metrics", "comparisons", "user_metrics", "user_errors", "calibration")


def create_result_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Make empty temp tables run_metrics ... with the columns of the tables of schema ml.

    Also run_user_chances, which has the true chances of lists in place of their metrics.
    """
    for table in (*TABLES, "user_chances"):
        con.unregister(f"run_{table}")  # what a summary put there before
    for statement in re.split(r";\n", read_sql("publication/schema.sql")):
        table = re.search(r"create table if not exists ml\.(\w+)", statement)
        if table and table[1] in TABLES:
            con.execute(statement.replace(table[0], f"create or replace temp table run_{table[1]}"))
    for metric in METRICS:  # one that came after the table follows its first columns
        con.execute(f"alter table run_user_metrics add column if not exists {metric} float")
    measured = ", ".join(("relevant_count", *METRICS))
    con.execute(
        "create or replace temp table run_user_chances as"
        f" select * exclude ({measured}), 0::float as true_chance from run_user_metrics"
    )


@dataclass
class Results:
    """Values per user, collected model by model.

    Attributes
    ----------
    metrics : (protocol, relevance) -> model -> float64 (cutoffs, metrics, users)
    names : (protocol, relevance) -> tuple of str
        The metrics.
    users, relevant_counts : (protocol, relevance) -> int (users,)
        Users with something to find, the same for all models.
    values : list of (row, users, float64 (users,))
        Values that are averaged by themselves; row says which: protocol, relevance, model,
        metric, k.
    totals : list of (row, float)
        Values that are no averages over users.
    errors : list of ErrorBlock
    """

    metrics: dict[tuple[str, str], dict[str, np.ndarray]] = field(default_factory=dict)
    names: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    users: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    relevant_counts: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    values: list[tuple[dict, np.ndarray, np.ndarray]] = field(default_factory=list)
    totals: list[tuple[dict, float]] = field(default_factory=list)
    errors: list[ErrorBlock] = field(default_factory=list)

    def add(self, others: "Results") -> None:
        """Take over what was found apart."""
        self.names |= others.names
        self.users |= others.users
        self.relevant_counts |= others.relevant_counts
        for question, models in others.metrics.items():
            self.metrics.setdefault(question, {}).update(models)
        self.values += others.values
        self.totals += others.totals
        self.errors += others.errors

    def add_lists(
        self,
        question: tuple[str, str],
        model: str,
        users: np.ndarray,
        relevant_counts: np.ndarray,
        hits: np.ndarray,
    ) -> None:
        """Measure a model's lists for a protocol and relevance.

        Parameters
        ----------
        users, relevant_counts : int (n_lists,)
            Whose lists, ascending, and what there was to find; users with nothing do not count.
        hits : bool (n_lists, depth)
        """
        able = relevant_counts > 0
        if not able.any():
            return
        self.relevant_counts[question] = relevant_counts[able].astype(np.int32)
        values = measure(hits[able], relevant_counts[able], CUTOFFS)
        self.add_measures(question, METRICS, model, users[able], values)

    def add_measures(
        self,
        question: tuple[str, str],
        metrics: tuple[str, ...],
        model: str,
        users: np.ndarray,
        values: np.ndarray,
    ) -> None:
        """Keep a model's values, float64 (cutoffs, metrics, users), to be compared with others'."""
        self.names[question] = metrics
        self.users[question] = users
        self.metrics.setdefault(question, {})[model] = values

    def add_values(self, row: dict, users: np.ndarray, values: np.ndarray) -> None:
        """Keep values per user to be averaged; NaN means that a user has none."""
        has = ~np.isnan(values)
        if has.any():
            self.values.append((row, users[has], values[has]))

    def blocks(self) -> list[MetricBlock]:
        """Lay the metrics out by protocol and relevance, models by name; dense by halves, too."""
        blocks = self._whole_blocks()
        halves = (_half(b, name) for b in blocks if b.protocol == "dense" for name in HALVES)
        return [*blocks, *(half for half in halves if len(half.users))]

    def _whole_blocks(self) -> list[MetricBlock]:
        return [
            MetricBlock(
                *question,
                sorted(models),
                list(CUTOFFS),
                self.users[question],
                self.relevant_counts.get(question),
                np.stack([models[name] for name in sorted(models)]),
                self.names[question],
            )
            for question, models in sorted(self.metrics.items())
        ]


def _half(block: MetricBlock, name: str) -> MetricBlock:
    """Restrict the dense matrix to the users that choices look at, or to those that tables show."""
    mine = is_test(block.users) == (name == "dense_test")
    return replace(block.restricted_to(block.users[mine]), protocol=name)
