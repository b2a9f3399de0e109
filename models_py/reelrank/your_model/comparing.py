"""Averages of one more model, and how it compares with the published ones on the same users."""

from dataclasses import replace

import duckdb
import numpy as np

from reelrank.errors import UserError
from reelrank.evaluation import bootstrap
from reelrank.evaluation.blocks import MetricBlock
from reelrank.evaluation.comparing import best_model, metric_columns, resampled_metrics
from reelrank.evaluation.orderings import NOT_LEARNED
from reelrank.evaluation.ranking import METRICS
from reelrank.evaluation.results import HALVES, Results
from reelrank.evaluation.summaries import (
    insert,
    insert_averages,
    insert_comparisons,
    insert_totals,
    insert_values,
)
from reelrank.warehouse.sql import has_table, read_sql


def summarise_beside(
    con: duckdb.DuckDBPyConnection,
    run_id: str,
    results: Results,
    name: str,
    seed: int,
    resamples: int,
) -> None:
    """Fill the temp tables run_metrics, run_comparisons, run_user_metrics, run_user_chances.

    Parameters
    ----------
    results : Results
        Of the model `name` only; the others' values per user are those of the run.
    """
    for block in results.blocks():
        is_chance = block.metrics != METRICS
        if block.protocol not in HALVES:
            table = "run_user_chances" if is_chance else "run_user_metrics"
            insert(con, table, run_id, block.to_arrow())
        weights = bootstrap.user_weights(len(block.users), resamples, seed)
        columns = metric_columns(block)
        insert_averages(con, run_id, resampled_metrics(block, weights), columns)
        others = _published(con, run_id, block, name)
        if others is None:  # a run of an earlier version keeps no chances per user
            continue
        models = resampled_metrics(others, weights) | resampled_metrics(_as_kept(block), weights)
        best = best_model(models, columns)
        pairs = [(name, other) for other in others.models]
        pairs += [(m, name) for m in others.models if m not in NOT_LEARNED or m == best]
        insert_comparisons(con, run_id, models, pairs, columns)
    insert_values(con, run_id, results, seed, resamples)
    insert_totals(con, run_id, results)


def _as_kept(block: MetricBlock) -> MetricBlock:
    """Round values as ml.user_metrics does, so that equal models differ by nothing."""
    return replace(block, values=block.values.astype(np.float32).astype(np.float64))


def _published(
    con: duckdb.DuckDBPyConnection, run_id: str, block: MetricBlock, name: str
) -> MetricBlock | None:
    """Read the values of the run's models on the users of `block`; None if it kept none."""
    table = "user_metrics" if block.metrics == METRICS else "user_chances"
    if not has_table(con, "ml", table):
        return None
    found = con.execute(
        read_sql("your_model/sql/published_values.sql"),
        {
            "source": f"ml.{table}",
            "run_id": run_id,
            "protocol": "dense" if block.protocol in HALVES else block.protocol,
            "relevance": block.relevance,
            "name": name,
        },
    ).to_arrow_table()
    if not len(found):
        return None
    if missing := sorted(set(block.metrics) - set(found.column_names)):
        raise UserError(
            f"Run {run_id} was judged before this metric existed: {', '.join(missing)}.",
            "Train again: reelrank train",
        )
    models = found["model"].unique().to_pylist()
    shape = (len(models), len(block.ks), -1)
    users = found["user_id"].to_numpy().reshape(shape)[0, 0]
    kept = np.isin(users, block.users)
    if not np.array_equal(users[kept], block.users):
        raise UserError(
            f"Run {run_id} was judged on other users than the tables now have.",
            "Train again on these tables: reelrank train",
        )
    values = [found[metric].to_numpy().astype(np.float64).reshape(shape) for metric in
              block.metrics]  # fmt: skip
    return replace(block, models=models, values=np.stack(values, axis=2)[..., kept])
