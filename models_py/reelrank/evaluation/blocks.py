"""Values per user as matrices: the metrics of one protocol and relevance, the errors of one."""

from dataclasses import dataclass, replace

import duckdb
import numpy as np
import pyarrow as pa

from reelrank.evaluation.ranking import METRICS
from reelrank.warehouse.sql import read_sql

ERRORS = ("mae", "rmse", "mae_seconds", "gxauc")


@dataclass(frozen=True)
class MetricBlock:
    """All models of one protocol and relevance on the same users.

    Attributes
    ----------
    protocol, relevance : str
    models : list of str
    ks : list of int
    users : int32 (users,)
    relevant_counts : int (users,) or None
    values : float (models, ks, metrics, users)
    metrics : tuple of str
    """

    protocol: str
    relevance: str
    models: list[str]
    ks: list[int]
    users: np.ndarray
    relevant_counts: np.ndarray | None
    values: np.ndarray
    metrics: tuple[str, ...] = METRICS

    @property
    def question(self) -> tuple[str, str]:
        """Protocol and relevance."""
        return self.protocol, self.relevance

    def restricted_to(self, users: np.ndarray) -> "MetricBlock":
        """Keep some of the users, who are in ascending order as all are."""
        kept = np.isin(self.users, users)
        return replace(
            self,
            users=users,
            relevant_counts=self.relevant_counts[kept],
            values=self.values[..., kept],
        )

    def of_lengths(self, ks: list[int]) -> "MetricBlock":
        """Keep some of the lengths of lists."""
        kept = [place for place, k in enumerate(self.ks) if k in ks]
        return replace(self, ks=[self.ks[n] for n in kept], values=self.values[:, kept])

    def to_arrow(self) -> pa.Table:
        """Rows of ml.user_metrics or ml.user_chances, without the run, by model, user and k."""
        models, ks, metrics, users = self.values.shape
        by_row = self.values.transpose(2, 0, 3, 1).reshape(metrics, -1).astype(np.float32)
        numbers = np.repeat(np.arange(models, dtype=np.int32), users * ks)
        count = models * users * ks
        counts = {}
        if self.relevant_counts is not None:
            counts["relevant_count"] = np.tile(np.repeat(self.relevant_counts, ks), models)
        return pa.table(
            {
                "protocol": repeated(self.protocol, count),
                "relevance": repeated(self.relevance, count),
                "model": pa.DictionaryArray.from_arrays(numbers, self.models),
                "user_id": np.tile(np.repeat(self.users, ks), models),
                "k": np.tile(np.array(self.ks, np.int16), models * users),
                **counts,
                **dict(zip(self.metrics, by_row, strict=True)),
            }
        )


def repeated(text: str, count: int) -> pa.DictionaryArray:
    """Repeat a text, which is kept once."""
    return pa.DictionaryArray.from_arrays(np.zeros(count, np.int8), [text])


def metric_blocks(con: duckdb.DuckDBPyConnection, run_id: str) -> list[MetricBlock]:
    """Blocks of a published run, by protocol and relevance."""
    keys = con.execute(
        "select distinct protocol, relevance from ml.user_metrics where run_id = $run_id"
        " order by all",
        {"run_id": run_id},
    ).fetchall()
    return [_metric_block(con, run_id, protocol, relevance) for protocol, relevance in keys]


def _metric_block(
    con: duckdb.DuckDBPyConnection, run_id: str, protocol: str, relevance: str
) -> MetricBlock:
    """One block; every model has every k and user, so the columns are matrices."""
    keys = {"run_id": run_id, "protocol": protocol, "relevance": relevance}
    table = con.execute(read_sql("evaluation/sql/user_metrics.sql"), keys).to_arrow_table()
    models = table["model"].unique().to_pylist()
    ks = table["k"].unique().to_pylist()
    shape = (len(models), len(ks), -1)
    users, counts = (
        table[name].to_numpy().reshape(shape)[0, 0] for name in ("user_id", "relevant_count")
    )
    columns = [table[metric].to_numpy().astype(np.float64).reshape(shape) for metric in METRICS]
    values = np.stack(columns, axis=2)
    return MetricBlock(protocol, relevance, models, ks, users, counts, values)


@dataclass(frozen=True)
class ErrorBlock:
    """Prediction errors of one protocol's models on the same users.

    Attributes
    ----------
    protocol : str
    models : list of str
    users : int32 (users,)
    row_counts : int32 (users,)
    values : float64 (models, errors, users)
        Means over a user's rows, in the order of `ERRORS`; NaN where a user has none.
    """

    protocol: str
    models: list[str]
    users: np.ndarray
    row_counts: np.ndarray
    values: np.ndarray

    @property
    def question(self) -> str:
        """Protocol."""
        return self.protocol

    def restricted_to(self, users: np.ndarray) -> "ErrorBlock":
        """Keep some of the users, who are in ascending order as all are."""
        kept = np.isin(self.users, users)
        return replace(
            self, users=users, row_counts=self.row_counts[kept], values=self.values[..., kept]
        )

    def to_arrow(self) -> pa.Table:
        """Rows of ml.user_errors, without the run, by model and user."""
        models, _, users = self.values.shape
        numbers = pa.array(np.repeat(np.arange(models, dtype=np.int32), users))
        return pa.table(
            {
                "protocol": repeated(self.protocol, models * users),
                "model": pa.DictionaryArray.from_arrays(numbers, self.models),
                "user_id": np.tile(self.users, models),
                "row_count": np.tile(self.row_counts, models),
                **{name: self.values[:, n].ravel() for n, name in enumerate(ERRORS)},
            }
        )


def error_blocks(con: duckdb.DuckDBPyConnection, run_id: str) -> list[ErrorBlock]:
    """Blocks of a published run, by protocol."""
    table = con.execute(
        "select * from ml.user_errors where run_id = $run_id order by protocol, model, user_id",
        {"run_id": run_id},
    ).to_arrow_table()
    protocols = table["protocol"].to_numpy(zero_copy_only=False)
    blocks = []
    for protocol in dict.fromkeys(protocols):
        mine = table.filter(protocols == protocol)
        models = mine["model"].unique().to_pylist()
        columns = {
            name: mine[name].to_numpy().reshape(len(models), -1)
            for name in ("user_id", "row_count", *ERRORS)
        }
        values = np.stack([columns[name] for name in ERRORS], axis=1)
        blocks.append(
            ErrorBlock(
                str(protocol), models, columns["user_id"][0], columns["row_count"][0], values
            )
        )
    return blocks
