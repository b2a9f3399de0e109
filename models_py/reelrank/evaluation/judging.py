"""Judge one run: every protocol, model and relevance, from temp tables into temp tables."""

import duckdb

from reelrank.evaluation import lists, sql, summaries
from reelrank.evaluation.oracle import Truth, score_rows
from reelrank.evaluation.orderings import (
    CUTOFFS,
    DEBIASED_ORDERING,
    ORACLE_ORDERINGS,
    ROW_ORDERINGS,
    ROW_PROTOCOLS,
    Ordering,
)
from reelrank.evaluation.ranking import judge_current
from reelrank.evaluation.shown import describe_current
from reelrank.progress import progress

SHRINKAGE_VIEWS = 100
CALIBRATION_BINS = 20
RESULTS = ("metrics", "comparisons", "user_metrics", "user_errors", "calibration")


def evaluate(
    con: duckdb.DuckDBPyConnection,
    run_id: str,
    *,
    seed: int,
    resamples: int = 1000,
    stage_one: str = "als",
    truth: Truth | None = None,
) -> None:
    """Judge a run's predictions, candidates and lists.

    Reads `run_predictions`, `run_candidates(model, user_id, rank, video_id, score)`,
    `run_dense_candidates` (same columns), `run_lists(user_id, video_id, score_watch_ratio,
    score_long_view)`, `run_user_factors`, `run_video_factors` and the tables of schemas
    training, features and staging. Creates `run_metrics`, `run_comparisons`,
    `run_user_metrics`, `run_user_errors` and `run_calibration`, temp tables with the columns
    of the tables of the same names in schema ml. The same input and seed give the same bits
    for any number of threads. Protocols and formulas: docs/evaluation.md.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        Open connection; only temp objects are written.
    run_id : str
        Key of the run.
    seed : int
        Seed of tie breaks, the random model and the bootstrap.
    resamples : int
        Bootstrap resamples of the users.
    stage_one : str
        Proposer, as named in `run_candidates`, whose candidates the ranker reorders.
    truth : Truth, optional
        True preferences of simulated data, for the best reachable value.
    """
    for result in RESULTS:
        sql.run(con, f"results/{result}")
    _prepare(con, seed)
    has_head = con.sql("from judge_rows where predicted_long_view is not null limit 1").fetchone()
    row_orderings = ROW_ORDERINGS if has_head else (*ROW_ORDERINGS, DEBIASED_ORDERING)
    if truth is not None and score_rows(con, truth):
        row_orderings = (*row_orderings, *ORACLE_ORDERINGS)
    catalogue = lists.catalogue_orderings(con)
    dense = lists.dense_orderings(con, stage_one)
    with progress("evaluation", len(row_orderings) + len(catalogue) + len(dense), "orders") as done:
        for ordering in row_orderings:
            _judge_rows(con, run_id, ordering)
            done(1)
        sql.run(con, "dense_end_to_end")
        for ordering in catalogue:
            lists.judge_catalogue_lists(con, run_id, ordering, seed)
            done(1)
        for ordering in dense:
            lists.judge_dense_lists(con, run_id, ordering, stage_one)
            done(1)
    lists.add_candidate_recall(con)
    sql.run(con, "user_errors", run_id=run_id)
    for protocol in ("dense", "holdout"):
        for head in ("watch_ratio", "long_view"):
            keys = {"run_id": run_id, "protocol": protocol, "head": head}
            sql.run(con, "calibration", **keys, bins=CALIBRATION_BINS)
    summaries.summarise(con, run_id, seed, resamples)
    _clean(con)


def _prepare(con: duckdb.DuckDBPyConnection, seed: int) -> None:
    """Tables that every ordering reads."""
    sql.run(con, "rows", seed=seed)
    sql.run(con, "thresholds")
    sql.run(con, "train_stats")
    sql.run(con, "video_stats", shrinkage=SHRINKAGE_VIEWS)
    sql.run(con, "catalogue", seed=seed)
    sql.run(con, "wanted")
    sql.run(con, "relevant")
    sql.run(con, "ideal", depth=CUTOFFS[-1])
    sql.run(con, "values")


def _judge_rows(con: duckdb.DuckDBPyConnection, run_id: str, ordering: Ordering) -> None:
    """Judge one ordering of the judged events; its dense lists are described."""
    sql.run(con, ordering.scores)
    judge_current(con, run_id, ordering, ROW_PROTOCOLS)
    if ordering.is_shown and ordering is not DEBIASED_ORDERING:
        shown_as = "ranker_over_everything" if ordering.model == "ranker" else ordering.model
        describe_current(con, run_id, shown_as, "dense")


def _clean(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what only the evaluation needed."""
    con.execute("drop view judge_scores")
    names = con.sql(
        "select table_name from duckdb_tables() where temporary and table_name like 'judge_%'"
    ).fetchall()
    for (name,) in names:
        con.execute(f'drop table "{name}"')
