"""Recommendation lists: from the whole catalogue, and among the dense pairs."""

import duckdb

from reelrank.evaluation import sql
from reelrank.evaluation.orderings import (
    CANDIDATE_CUTOFFS,
    CATALOGUE_ORDERINGS,
    CUTOFFS,
    DENSE_TWO_STAGE_ORDERINGS,
    RANDOM_LISTS,
    TWO_STAGE_ORDERINGS,
    Ordering,
)
from reelrank.evaluation.ranking import judge_current
from reelrank.evaluation.shown import describe_current

MOST_CANDIDATES = 500
DERIVED_PROPOSERS = {"als", "most_viewed", "best_received", "shortest_first", "random"}


def _proposers(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """Names of the proposers in a table of candidates."""
    return [name for (name,) in con.table(table).select("model").distinct().order("1").fetchall()]


def catalogue_orderings(con: duckdb.DuckDBPyConnection) -> list[Ordering]:
    """Everything judged end to end: two stages, proposers alone, simple orders, random."""
    named = {ordering.model for ordering in CATALOGUE_ORDERINGS}
    proposers = [name for name in _proposers(con, "run_candidates") if name not in named]
    return [
        *TWO_STAGE_ORDERINGS,
        *(Ordering(name, "lists/candidates") for name in proposers),
        *CATALOGUE_ORDERINGS,
        RANDOM_LISTS,
    ]


def dense_orderings(con: duckdb.DuckDBPyConnection, stage_one: str) -> list[Ordering]:
    """List what differs from protocol dense when stage one picks among a user's dense pairs.

    Nothing for a source without dense pairs.
    """
    if not con.sql("from judge_rows where protocol = 'dense' limit 1").fetchall():
        return []
    proposers = set(_proposers(con, "run_dense_candidates")) - DERIVED_PROPOSERS
    if stage_one != "als" and stage_one not in proposers:
        raise ValueError(f"run_dense_candidates has no candidates of stage one, {stage_one}")
    return [
        *DENSE_TWO_STAGE_ORDERINGS,
        *(Ordering(name, "scores/dense_candidates") for name in sorted(proposers)),
    ]


def judge_catalogue_lists(
    con: duckdb.DuckDBPyConnection, run_id: str, ordering: Ordering, seed: int
) -> None:
    """Judge one ordering of the catalogue against what users liked after the boundary."""
    depth = CUTOFFS[-1]
    if ordering in CATALOGUE_ORDERINGS:
        sql.run(con, ordering.scores)
        sql.run(con, "lists/unwatched_in_order", depth=depth, seed=seed)
    elif ordering is RANDOM_LISTS:
        sql.run(con, ordering.scores, depth=depth, seed=seed)
    elif ordering in TWO_STAGE_ORDERINGS:
        sql.run(con, ordering.scores, seed=seed)
    else:
        sql.run(con, ordering.scores, model=ordering.model, seed=seed)
    sql.run(con, "scores/listed")
    judge_current(con, run_id, ordering, ["end_to_end"])
    if ordering.is_shown:
        describe_current(con, run_id, ordering.model, "end_to_end")


def judge_dense_lists(
    con: duckdb.DuckDBPyConnection, run_id: str, ordering: Ordering, stage_one: str
) -> None:
    """Judge one ordering of the candidates that a proposer picks among the dense pairs."""
    proposer = stage_one if ordering in DENSE_TWO_STAGE_ORDERINGS else ordering.model
    if proposer == "als" and "als" not in _proposers(con, "run_dense_candidates"):
        sql.run(con, "dense_candidates_of_als", candidate_count=MOST_CANDIDATES)
    else:
        sql.run(con, "dense_candidates", model=proposer)
    sql.run(con, ordering.scores)
    judge_current(con, run_id, ordering, ["dense_end_to_end"])
    if ordering.is_shown:
        describe_current(con, run_id, ordering.model, "dense_end_to_end")


def add_candidate_recall(con: duckdb.DuckDBPyConnection) -> None:
    """Add each proposer's recall, and the share that any proposer could reach."""
    for model in _proposers(con, "run_candidates"):
        sql.run(con, "candidate_recall", model=model, cutoffs=list(CANDIDATE_CUTOFFS))
    sql.run(con, "reachable")
