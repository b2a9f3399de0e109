"""Values per user as matrices: the metrics of one protocol and relevance, the errors of one."""

from dataclasses import dataclass, replace

import duckdb
import numpy as np

from reelrank.evaluation import sql
from reelrank.evaluation.orderings import METRICS

ERRORS = ("mae", "rmse")


@dataclass(frozen=True)
class MetricBlock:
    """All models of one protocol and relevance on the same users.

    Attributes
    ----------
    protocol, relevance : str
    models : list of str
    ks : list of int
    users : int32 (users,)
    values : float64 (models, ks, metrics, users)
        Metrics in the order of `METRICS`.
    """

    protocol: str
    relevance: str
    models: list[str]
    ks: list[int]
    users: np.ndarray
    values: np.ndarray

    @property
    def question(self) -> tuple[str, str]:
        """Protocol and relevance."""
        return self.protocol, self.relevance

    def restricted_to(self, users: np.ndarray) -> "MetricBlock":
        """Keep some of the users, who are in ascending order as all are."""
        return replace(self, users=users, values=self.values[..., np.isin(self.users, users)])


def metric_blocks(con: duckdb.DuckDBPyConnection, run_id: str) -> list[MetricBlock]:
    """Blocks of a run from view `judge_user_metrics`, by protocol and relevance."""
    keys = con.execute(sql.text_of("summaries/blocks"), {"run_id": run_id}).fetchall()
    return [_metric_block(con, run_id, protocol, relevance) for protocol, relevance in keys]


def _metric_block(
    con: duckdb.DuckDBPyConnection, run_id: str, protocol: str, relevance: str
) -> MetricBlock:
    """One block; every model has every k and user, so the columns are matrices."""
    values = {"run_id": run_id, "protocol": protocol, "relevance": relevance}
    table = con.execute(sql.text_of("summaries/block"), values).to_arrow_table()
    models = table["model"].unique().to_pylist()
    ks = table["k"].unique().to_pylist()
    shape = (len(models), len(ks), -1)
    users = table["user_id"].to_numpy().reshape(shape)[0, 0]
    columns = [table[metric].to_numpy().astype(np.float64).reshape(shape) for metric in METRICS]
    return MetricBlock(protocol, relevance, models, ks, users, np.stack(columns, axis=2))


@dataclass(frozen=True)
class ErrorBlock:
    """Prediction errors of one protocol's models on the same users.

    Attributes
    ----------
    protocol : str
    models : list of str
    users : int32 (users,)
    row_counts : int32 (users,)
    mae, rmse : float64 (models, users)
    """

    protocol: str
    models: list[str]
    users: np.ndarray
    row_counts: np.ndarray
    mae: np.ndarray
    rmse: np.ndarray

    @property
    def question(self) -> str:
        """Protocol."""
        return self.protocol

    def restricted_to(self, users: np.ndarray) -> "ErrorBlock":
        """Keep some of the users, who are in ascending order as all are."""
        kept = np.isin(self.users, users)
        return ErrorBlock(
            self.protocol, self.models, users, self.row_counts[kept],
            self.mae[:, kept], self.rmse[:, kept],
        )  # fmt: skip

    def sums(self) -> np.ndarray:
        """Absolute and squared errors added up, float64 (users, 2 * models): mae first."""
        absolute = self.mae * self.row_counts
        squared = self.rmse**2 * self.row_counts
        return np.concatenate([absolute, squared]).T


def error_blocks(con: duckdb.DuckDBPyConnection, run_id: str) -> list[ErrorBlock]:
    """Blocks of a run from view `judge_user_errors`, by protocol."""
    table = con.execute(sql.text_of("summaries/errors"), {"run_id": run_id}).to_arrow_table()
    protocols = table["protocol"].to_numpy(zero_copy_only=False)
    blocks = []
    for protocol in dict.fromkeys(protocols):
        mine = table.filter(protocols == protocol)
        models = mine["model"].unique().to_pylist()
        columns = {
            name: mine[name].to_numpy().reshape(len(models), -1)
            for name in ("user_id", "row_count", *ERRORS)
        }
        blocks.append(
            ErrorBlock(
                str(protocol), models, columns["user_id"][0], columns["row_count"][0],
                columns["mae"], columns["rmse"],
            )
        )  # fmt: skip
    return blocks
