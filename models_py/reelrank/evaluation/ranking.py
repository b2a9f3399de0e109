"""From the current scores to metrics per user."""

from collections.abc import Sequence

import duckdb

from reelrank.evaluation import sql
from reelrank.evaluation.orderings import CUTOFFS, Ordering


def judge_current(
    con: duckdb.DuckDBPyConnection, run_id: str, ordering: Ordering, protocols: Sequence[str]
) -> None:
    """Rank what view `judge_scores` holds and add its metrics to `run_user_metrics`.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        Connection with `judge_scores`, `judge_relevant` and `judge_ideal`.
    run_id : str
        Key of the run.
    ordering : Ordering
        Whose scores they are, and which relevances they answer.
    protocols : sequence of str
        Whose users are averaged over, those without a hit included.
    """
    relevances = list(ordering.relevances)
    sql.run(con, "top", depth=CUTOFFS[-1])
    sql.run(con, "hits", relevances=relevances)
    sql.run(
        con,
        "user_metrics",
        run_id=run_id,
        model=ordering.model,
        relevances=relevances,
        protocols=list(protocols),
        cutoffs=list(CUTOFFS),
    )
