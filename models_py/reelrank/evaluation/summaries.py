"""Averages over users with their intervals, and the paired comparisons of a run."""

import duckdb
import numpy as np
import pyarrow as pa

from reelrank.evaluation import bootstrap
from reelrank.evaluation.comparing import (
    IS_ERROR,
    Resampled,
    Row,
    best_model,
    differences,
    error_columns,
    metric_columns,
    pairs_to_compare,
    resampled_errors,
    resampled_metrics,
)
from reelrank.evaluation.ranking import METRICS
from reelrank.evaluation.results import HALVES, Results


def summarise(
    con: duckdb.DuckDBPyConnection, run_id: str, results: Results, seed: int, resamples: int
) -> None:
    """Fill the temp tables run_metrics, run_comparisons, run_user_metrics ... of the results."""
    for block in results.blocks():
        if block.protocol not in HALVES:
            table = "run_user_metrics" if block.metrics == METRICS else "run_user_chances"
            insert(con, table, run_id, block.to_arrow())
        weights = bootstrap.user_weights(len(block.users), resamples, seed)
        models = resampled_metrics(block, weights)
        _write(con, run_id, models, metric_columns(block), less_is_better=False)
    for block in results.errors:
        insert(con, "run_user_errors", run_id, block.to_arrow())
        weights = bootstrap.user_weights(len(block.users), resamples, seed)
        models = resampled_errors(block, weights)
        _write(con, run_id, models, error_columns(block), less_is_better=IS_ERROR)
    insert_values(con, run_id, results, seed, resamples)
    insert_totals(con, run_id, results)


def insert(con: duckdb.DuckDBPyConnection, table: str, run_id: str, rows: pa.Table) -> None:
    """Add rows of a run to one of its result tables, by the names of their columns."""
    con.register("judge_result", rows)
    con.execute(
        f"insert into {table} by name select $run_id as run_id, * from judge_result",
        {"run_id": run_id},
    )
    con.unregister("judge_result")


def _write(
    con: duckdb.DuckDBPyConnection,
    run_id: str,
    models: dict[str, Resampled],
    columns: list[Row],
    less_is_better: bool | np.ndarray,
) -> None:
    """Add the averages of some models and their comparisons."""
    insert_averages(con, run_id, models, columns)
    pairs = pairs_to_compare(list(models), best_model(models, columns))
    insert_comparisons(con, run_id, models, pairs, columns, less_is_better)


def insert_averages(
    con: duckdb.DuckDBPyConnection, run_id: str, models: dict[str, Resampled], columns: list[Row]
) -> None:
    """Add averages with their intervals to run_metrics."""
    averages = []
    for model, mine in models.items():
        found = bootstrap.estimates(mine.value, mine.replicates)
        rows = _average_rows(columns, found, len(mine.per_user))
        averages += [{"model": model} | row for row in rows]
    _insert_known(con, "run_metrics", run_id, averages)


def insert_comparisons(
    con: duckdb.DuckDBPyConnection,
    run_id: str,
    models: dict[str, Resampled],
    pairs: list[tuple[str, str]],
    columns: list[Row],
    less_is_better: bool | np.ndarray = False,
) -> None:
    """Add the differences of pairs of models to run_comparisons."""
    compared = []
    for model, baseline in pairs:
        key = {"model": model, "baseline": baseline}
        rows = differences(models[model], models[baseline], less_is_better)
        compared += [
            key | column | row
            for column, row in zip(columns, rows, strict=True)
            if row["user_count"] > 1
        ]
    _insert_known(con, "run_comparisons", run_id, compared)


def _insert_known(con: duckdb.DuckDBPyConnection, table: str, run_id: str, rows: list[Row]) -> None:
    known = [row for row in rows if row["ci_low"] is None or not np.isnan(row["ci_low"])]
    if known:
        insert(con, table, run_id, pa.Table.from_pylist(known))


def insert_totals(con: duckdb.DuckDBPyConnection, run_id: str, results: Results) -> None:
    """Add values that are no averages to run_metrics."""
    totals = [row | {"value": value} for row, value in results.totals]
    if totals:
        insert(con, "run_metrics", run_id, pa.Table.from_pylist(totals))


def _average_rows(columns: list[Row], found: bootstrap.Estimates, user_count: int) -> list[Row]:
    """Rows of ml.metrics for the columns of one model; one user has no interval."""
    return [
        column
        | {
            "value": float(found.value[index]),
            "ci_low": float(found.low[index]) if user_count > 1 else None,
            "ci_high": float(found.high[index]) if user_count > 1 else None,
            "user_count": user_count,
        }
        for index, column in enumerate(columns)
    ]


def insert_values(
    con: duckdb.DuckDBPyConnection, run_id: str, results: Results, seed: int, resamples: int
) -> None:
    """Add the averages of single values; those of the same users are resampled together."""
    columns: dict[bytes, list[tuple[Row, np.ndarray]]] = {}
    for row, users, values in results.values:
        columns.setdefault(users.tobytes(), []).append((row, values))
    for group in columns.values():
        matrix = np.stack([column for _, column in group], axis=1).astype(np.float64)
        weights = bootstrap.user_weights(len(matrix), resamples, seed)
        found = bootstrap.estimates(*bootstrap.means(matrix, weights))
        rows = _average_rows([row for row, _ in group], found, len(matrix))
        insert(con, "run_metrics", run_id, pa.Table.from_pylist(rows))
