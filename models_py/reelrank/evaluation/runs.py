"""Two runs against each other, paired on the same users."""

from typing import TypeVar

import duckdb
import numpy as np
import pyarrow as pa

from reelrank.errors import UserError
from reelrank.evaluation import bootstrap
from reelrank.evaluation.blocks import ErrorBlock, MetricBlock, error_blocks, metric_blocks
from reelrank.evaluation.comparing import (
    IS_ERROR,
    Resampled,
    Row,
    differences,
    error_columns,
    metric_columns,
    resampled_errors,
    resampled_metrics,
)

Block = TypeVar("Block", MetricBlock, ErrorBlock)


def compare_runs(
    con: duckdb.DuckDBPyConnection,
    run_id: str,
    other_run_id: str,
    *,
    models: tuple[str, str] | None = None,
    seed: int = 42,
    resamples: int = 1000,
) -> pa.Table:
    """Differences between two published runs, on the users they share.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        Connection to a database with both runs in schema ml.
    run_id, other_run_id : str
        Differences are `run_id` minus `other_run_id`.
    models : (str, str), optional
        A model of the first run and the one of the other that it meets; without, every model
        that both have meets its namesake.
    seed, resamples : int
        Of the bootstrap over users.

    Returns
    -------
    table : pyarrow.Table
        One row per (protocol, relevance, metric, k, model): value, other_value, difference,
        ci_low, ci_high, share_helped, share_hurt, user_count. Errors are helped by falling.

    Raises
    ------
    UserError
        If one of the runs has no values per user.
    """
    mine, theirs = (metric_blocks(con, run) for run in (run_id, other_run_id))
    _refuse_empty({run_id: mine, other_run_id: theirs})
    rows = []
    for one, other in _same_question(mine, theirs):
        pairs = _pairs(one, other, models)
        one, other = one.of_lengths(other.ks), other.of_lengths(one.ks)
        one, other, weights = _on_the_same_users(one, other, seed, resamples)
        found = [resampled_metrics(block, weights) for block in (one, other)]
        rows += _rows(*found, pairs, metric_columns(one), less_is_better=False)
    mine, theirs = (error_blocks(con, run) for run in (run_id, other_run_id))
    for one, other in _same_question(mine, theirs):
        pairs = _pairs(one, other, models)
        one, other, weights = _on_the_same_users(one, other, seed, resamples)
        found = [resampled_errors(block, weights) for block in (one, other)]
        rows += _rows(*found, pairs, error_columns(one), less_is_better=IS_ERROR)
    return pa.Table.from_pylist(rows)


def _same_question(mine: list[Block], theirs: list[Block]) -> list[tuple[Block, Block]]:
    """Pair the blocks of two runs that have the same protocol and relevance."""
    others = {block.question: block for block in theirs}
    return [(block, others[block.question]) for block in mine if block.question in others]


def _pairs(
    one: MetricBlock | ErrorBlock,
    other: MetricBlock | ErrorBlock,
    models: tuple[str, str] | None,
) -> list[tuple[str, str]]:
    """Which model meets which."""
    wanted = [models] if models else [(model, model) for model in one.models]
    return [pair for pair in wanted if pair[0] in one.models and pair[1] in other.models]


def _on_the_same_users(
    one: Block, other: Block, seed: int, resamples: int
) -> tuple[Block, Block, np.ndarray]:
    """Restrict two blocks to the users that both have, and draw these users."""
    users = np.intersect1d(one.users, other.users)
    weights = bootstrap.user_weights(len(users), resamples, seed)
    return one.restricted_to(users), other.restricted_to(users), weights


def _rows(
    mine: dict[str, Resampled],
    theirs: dict[str, Resampled],
    pairs: list[tuple[str, str]],
    columns: list[Row],
    less_is_better: bool | np.ndarray,
) -> list[Row]:
    """One row per pair of models and column."""
    rows = []
    for model, other_model in pairs:
        one, other = mine[model], theirs[other_model]
        for index, row in enumerate(differences(one, other, less_is_better)):
            values = {"value": float(one.value[index]), "other_value": float(other.value[index])}
            rows.append(columns[index] | {"model": model} | values | row)
    return [row for row in rows if not np.isnan(row["ci_low"])]


def _refuse_empty(blocks_by_run: dict[str, list[MetricBlock]]) -> None:
    """Say which run has nothing to compare."""
    for run, blocks in blocks_by_run.items():
        if not blocks:
            raise UserError(
                f"run {run} has no values per user in ml.user_metrics",
                "train the preset again: python models_py/train.py --preset <name>",
            )
