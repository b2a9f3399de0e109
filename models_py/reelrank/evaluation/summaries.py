"""Averages over users with their intervals, and the paired comparisons of a run."""

import duckdb
import numpy as np
import pyarrow as pa

from reelrank.evaluation import bootstrap
from reelrank.evaluation.blocks import ErrorBlock, MetricBlock, repeated
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
from reelrank.threads import in_order


def summarise(
    con: duckdb.DuckDBPyConnection, run_id: str, results: Results, seed: int, resamples: int
) -> None:
    """Make run_metrics, run_comparisons, run_user_metrics ... of the results."""

    def summary(block: MetricBlock | ErrorBlock) -> tuple:
        weights = bootstrap.user_weights(len(block.users), resamples, seed)
        if isinstance(block, ErrorBlock):
            models, columns = resampled_errors(block, weights), error_columns(block)
        else:
            models, columns = resampled_metrics(block, weights), metric_columns(block)
        less_is_better = IS_ERROR if isinstance(block, ErrorBlock) else False
        pairs = pairs_to_compare(list(models), best_model(models, columns))
        compared = comparison_rows(models, pairs, columns, less_is_better)
        table = _table_of(block)
        per_user = block.to_arrow() if table else None
        return table, per_user, known_rows(average_rows(models, columns)), known_rows(compared)

    (threads,) = con.execute("select current_setting('threads')").fetchone()
    blocks = [*results.blocks(), *results.errors]
    averages, comparisons = [], []  # of all blocks: an insert takes longer than its rows do
    kept: dict[str, list[pa.Table]] = {}
    for table, per_user, average, compared in in_order(summary, blocks, threads):
        if table:
            kept.setdefault(table, []).append(per_user)
        averages.append(average)
        comparisons.append(compared)
    for table, parts in kept.items():
        put_in_place(con, table, run_id, parts)
    _insert_all(con, "run_metrics", run_id, averages)
    _insert_all(con, "run_comparisons", run_id, comparisons)
    insert_values(con, run_id, results, seed, resamples)
    insert_totals(con, run_id, results)


def _table_of(block: MetricBlock | ErrorBlock) -> str | None:
    """Name the table of the values per user; those of halves are in that of the whole."""
    if isinstance(block, ErrorBlock):
        return "run_user_errors"
    if block.protocol in HALVES:
        return None
    return "run_user_metrics" if block.metrics == METRICS else "run_user_chances"


def put_in_place(
    con: duckdb.DuckDBPyConnection, table: str, run_id: str, parts: list[pa.Table]
) -> None:
    """Let an empty result table be these rows, which DuckDB reads where they are.

    To copy the values of millions of users and lists took as long as to publish them.
    """
    con.execute(f"drop table {table}")
    rows = pa.concat_tables(parts).unify_dictionaries()
    con.register(table, rows.append_column("run_id", repeated(run_id, len(rows))))


def insert(con: duckdb.DuckDBPyConnection, table: str, run_id: str, rows: pa.Table) -> None:
    """Add rows of a run to one of its result tables, by the names of their columns."""
    con.register("judge_result", rows)
    con.execute(
        f"insert into {table} by name select $run_id as run_id, * from judge_result",
        {"run_id": run_id},
    )
    con.unregister("judge_result")


def insert_averages(
    con: duckdb.DuckDBPyConnection, run_id: str, models: dict[str, Resampled], columns: list[Row]
) -> None:
    """Add averages with their intervals to run_metrics."""
    _insert_all(con, "run_metrics", run_id, [known_rows(average_rows(models, columns))])


def average_rows(models: dict[str, Resampled], columns: list[Row]) -> list[Row]:
    """Rows of ml.metrics."""
    averages = []
    for model, mine in models.items():
        found = bootstrap.estimates(mine.value, mine.replicates)
        rows = _average_rows(columns, found, len(mine.per_user))
        averages += [{"model": model} | row for row in rows]
    return averages


def insert_comparisons(
    con: duckdb.DuckDBPyConnection,
    run_id: str,
    models: dict[str, Resampled],
    pairs: list[tuple[str, str]],
    columns: list[Row],
) -> None:
    """Add the differences of pairs of models to run_comparisons."""
    compared = known_rows(comparison_rows(models, pairs, columns))
    _insert_all(con, "run_comparisons", run_id, [compared])


def comparison_rows(
    models: dict[str, Resampled],
    pairs: list[tuple[str, str]],
    columns: list[Row],
    less_is_better: bool | np.ndarray = False,
) -> list[Row]:
    """Rows of ml.comparisons."""
    compared = []
    for model, baseline in pairs:
        key = {"model": model, "baseline": baseline}
        rows = differences(models[model], models[baseline], less_is_better)
        compared += [
            key | column | row
            for column, row in zip(columns, rows, strict=True)
            if row["user_count"] > 1
        ]
    return compared


def known_rows(rows: list[Row]) -> pa.Table:
    """Rows with the same columns as a table, but for those whose interval rests on no value."""
    return pa.Table.from_pylist(
        [row for row in rows if row["ci_low"] is None or not np.isnan(row["ci_low"])]
    )


def _insert_all(
    con: duckdb.DuckDBPyConnection, table: str, run_id: str, parts: list[pa.Table]
) -> None:
    """Add the rows of all parts, each with its own columns."""
    rows = pa.concat_tables(parts, promote_options="permissive")
    if rows.num_rows:
        insert(con, table, run_id, rows)


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
