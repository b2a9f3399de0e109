"""Judge one run: every protocol, model and relevance, from temp tables into temp tables."""

import duckdb

from reelrank.evaluation import summaries
from reelrank.evaluation.catalogue_lists import judge_catalogue
from reelrank.evaluation.errors import add_errors, calibration
from reelrank.evaluation.judge import Judge, prepare
from reelrank.evaluation.oracle import Truth
from reelrank.evaluation.orderings import PREDICTORS
from reelrank.evaluation.results import create_result_tables
from reelrank.evaluation.row_lists import judge_dense_candidates, judge_rows
from reelrank.evaluation.rows import row_scores
from reelrank.evaluation.true_chances import true_chances
from reelrank.memory import give_back
from reelrank.progress import progress


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
    `run_user_metrics`, `run_user_chances`, `run_user_errors` and `run_calibration`, temp tables
    with the columns of the tables of the same names in schema ml. The same input and seed give
    the same bits for any number of threads. Protocols and formulas: docs/evaluation.md.

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
        True preferences of simulated data, for the best reachable value
        and for how good lists would have been (`end_to_end_truth`).
    """
    create_result_tables(con)
    judge = prepare(con, seed)
    with progress("evaluation", 4, "parts") as done:
        knows_truth = judge_rows(judge, truth)
        give_back()
        done(1)
        judge_dense_candidates(judge, stage_one)
        done(1)
        chances = None
        if knows_truth:
            chances = true_chances(con, judge.catalogue, truth, seed, judge.threads)
        judge_catalogue(judge, chances)
        give_back()
        done(1)
        _judge_errors(judge, run_id)
        results = judge.results
        del judge, chances  # columns of millions of rows, which make room for the resamples
        give_back()
        summaries.summarise(con, run_id, results, seed, resamples)
        done(1)
    _clean(con)


def _judge_errors(judge: Judge, run_id: str) -> None:
    """Errors and calibration of the predictions of the protocols where each pair counts once."""
    con, rows, videos = judge.con, judge.rows, judge.catalogue.videos
    once = [found for found in rows.protocols if found.name != "holdout_with_repeats"]
    guesses = [row_scores(con, rows, videos, predictor) for predictor in PREDICTORS]
    for protocol in once:
        add_errors(judge, protocol, guesses)
        for head in ("watch_ratio", "long_view"):
            table = calibration(con, rows, videos, protocol, head)
            if table is not None:
                summaries.insert(con, "run_calibration", run_id, table)


def _clean(con: duckdb.DuckDBPyConnection) -> None:
    """Drop what only the evaluation needed."""
    names = con.sql(
        "select table_name from duckdb_tables() where temporary and table_name like 'judge_%'"
    ).fetchall()
    for (name,) in names:
        con.execute(f'drop table "{name}"')
