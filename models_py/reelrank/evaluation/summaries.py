"""Averages over users with their intervals, and the paired comparisons of a run."""

import duckdb
import numpy as np
import pyarrow as pa

from reelrank.evaluation import bootstrap, sql
from reelrank.evaluation.blocks import error_blocks, metric_blocks
from reelrank.evaluation.comparing import (
    Resampled,
    Row,
    differences,
    error_columns,
    metric_columns,
    pairs_to_compare,
    resampled_errors,
    resampled_metrics,
)

VALUE_KEYS = ("protocol", "relevance", "model", "metric", "k")


def summarise(con: duckdb.DuckDBPyConnection, run_id: str, seed: int, resamples: int) -> None:
    """Fill `run_metrics` and `run_comparisons` from the values per user."""
    con.execute("create or replace temp view judge_user_metrics as from run_user_metrics")
    con.execute("create or replace temp view judge_user_errors as from run_user_errors")
    for block in metric_blocks(con, run_id):
        weights = bootstrap.user_weights(len(block.users), resamples, seed)
        models = resampled_metrics(block, weights)
        _write(con, run_id, models, metric_columns(block), less_is_better=False)
    for block in error_blocks(con, run_id):
        weights = bootstrap.user_weights(len(block.users), resamples, seed)
        models = resampled_errors(block, weights)
        _write(con, run_id, models, error_columns(block), less_is_better=True)
    con.execute("drop view judge_user_metrics")
    con.execute("drop view judge_user_errors")
    _summarise_values(con, run_id, seed, resamples)


def _write(
    con: duckdb.DuckDBPyConnection,
    run_id: str,
    models: dict[str, Resampled],
    columns: list[Row],
    less_is_better: bool,
) -> None:
    """Add the averages of some models and their comparisons."""
    averages, compared = [], []
    for model, mine in models.items():
        key = {"run_id": run_id, "model": model}
        found = bootstrap.estimates(mine.value, mine.replicates)
        averages += [key | row for row in _average_rows(columns, found, len(mine.per_user))]
    for model, baseline in pairs_to_compare(list(models)):
        key = {"run_id": run_id, "model": model, "baseline": baseline}
        rows = differences(models[model], models[baseline], less_is_better)
        compared += [key | column | row for column, row in zip(columns, rows, strict=True)]
    _insert(con, "metrics", averages)
    _insert(con, "comparisons", compared)


def _average_rows(columns: list[Row], found: bootstrap.Estimates, user_count: int) -> list[Row]:
    """Rows of ml.metrics for the columns of one model."""
    return [
        column
        | {
            "value": float(found.value[index]),
            "ci_low": float(found.low[index]),
            "ci_high": float(found.high[index]),
            "user_count": user_count,
        }
        for index, column in enumerate(columns)
    ]


def _insert(con: duckdb.DuckDBPyConnection, result: str, rows: list[Row]) -> None:
    """Add rows to `run_metrics` or `run_comparisons`."""
    if not rows:
        return
    con.register("judge_result", pa.Table.from_pylist(rows))
    sql.run(con, f"summaries/insert_{result}")
    con.unregister("judge_result")


def _summarise_values(
    con: duckdb.DuckDBPyConnection, run_id: str, seed: int, resamples: int
) -> None:
    """Add the averages of table `judge_values`; columns with the same users go together."""
    groups = con.execute(sql.text_of("summaries/value_groups")).fetchall()
    table = con.execute(sql.text_of("summaries/values")).to_arrow_table()
    users, values = table["user_id"].to_numpy(), table["value"].to_numpy()
    columns: dict[bytes, list[tuple[Row, np.ndarray]]] = {}
    start = 0
    for *key, user_count in groups:
        end = start + user_count
        row = dict(zip(VALUE_KEYS, key, strict=True))
        same_users = columns.setdefault(users[start:end].tobytes(), [])
        same_users.append((row, values[start:end]))
        start = end
    for group in columns.values():
        matrix = np.stack([column for _, column in group], axis=1).astype(np.float64)
        weights = bootstrap.user_weights(len(matrix), resamples, seed)
        found = bootstrap.estimates(*bootstrap.means(matrix, weights))
        rows = _average_rows([row | {"run_id": run_id} for row, _ in group], found, len(matrix))
        _insert(con, "metrics", rows)
