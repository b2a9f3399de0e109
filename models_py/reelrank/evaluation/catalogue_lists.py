"""Judge lists from the whole catalogue by what users found relevant after the boundary."""

from collections.abc import Iterator

import duckdb
import numpy as np

from reelrank.evaluation.catalogue import ordered_lists, proposed_lists, random_lists, read_pairs
from reelrank.evaluation.judge import Judge, proposers
from reelrank.evaluation.orderings import (
    BOTH,
    CANDIDATE_CUTOFFS,
    DEPTH,
    FRONT,
    LIST_ORDERINGS,
    LONG_VIEW,
    NOT_LEARNED,
    RULES,
    Ordering,
)
from reelrank.evaluation.shown import describe
from reelrank.evaluation.true_chances import Chances
from reelrank.warehouse.sql import read_sql


def judge_catalogue(judge: Judge, chances: Chances | None) -> None:
    """Judge lists from the whole catalogue by what users liked after the boundary."""
    con, catalogue = judge.con, judge.catalogue
    con.execute(read_sql("evaluation/sql/lists.sql"), {"seed": judge.seed})

    def judge_ordered(apart: Judge, item: tuple) -> None:
        model, relevances, lists = item
        shown = lists()
        judge_shown(apart, chances, model, relevances, shown, catalogue.hits(shown))

    def judge_proposed(apart: Judge, item: tuple) -> None:
        model, lists = item
        shown = lists()
        hits = catalogue.hits(shown)
        add_candidate_recall(apart, model, hits)
        if model not in NOT_LEARNED:
            top = {relevance: found[:, :DEPTH] for relevance, found in hits.items()}
            judge_shown(apart, chances, model, BOTH, shown[:, :DEPTH], top)

    judge.judge_each(judge_ordered, _ordered(judge))
    depth = CANDIDATE_CUTOFFS[-1]
    judge.judge_each(
        judge_proposed,
        (
            (model, proposed_lists(con, catalogue, model, depth))
            for model in proposers(con, "run_candidates")
        ),
    )
    if chances:
        chances.add_oracles(judge.results, catalogue, judge.facts)
    for relevance in BOTH:
        able = catalogue.relevant_counts(relevance) > 0
        row = {"protocol": "end_to_end", "relevance": relevance, "model": "catalogue",
               "metric": "candidate_recall", "k": None}  # fmt: skip
        reachable = catalogue.reachable_shares(relevance)
        judge.results.add_values(row, catalogue.users[able], reachable[able])


def _ordered(judge: Judge) -> Iterator[tuple]:
    """Yield (model, relevances, what makes its lists)."""
    con, catalogue = judge.con, judge.catalogue
    yield "random", BOTH, random_lists(catalogue, judge.seed)
    candidates = read_pairs(con, catalogue, "judge_lists")
    for ordering in (*LIST_ORDERINGS, *RULES, *_front(con)):
        lists = ordered_lists(con, catalogue, ordering, candidates)
        yield ordering.model, ordering.relevances, lists


def _front(con: duckdb.DuckDBPyConnection) -> tuple[Ordering, ...]:
    """Orderings with other weights, where the lists hold the parts of their scores."""
    if "list_score" not in con.table("judge_lists").columns:
        return ()
    is_there = con.sql("from judge_lists where list_score is not null limit 1").fetchone()
    return FRONT if is_there else ()


def judge_shown(
    judge: Judge,
    chances: Chances | None,
    model: str,
    relevances: tuple[str, ...],
    shown: np.ndarray,
    hits: dict[str, np.ndarray],
) -> None:
    """Measure lists of positions of videos, int32 (n_users, depth), and describe them."""
    catalogue = judge.catalogue
    for relevance in relevances:
        counts = catalogue.relevant_counts(relevance)
        judge.results.add_lists(
            ("end_to_end", relevance), model, catalogue.users, counts, hits[relevance]
        )
        if chances:
            chances.add(judge.results, catalogue, model, relevance, shown[chances.users])
    if LONG_VIEW in relevances:
        size = int(catalogue.videos.is_in_catalogue.sum())
        describe(judge.results, judge.facts, "end_to_end", model, catalogue.users, shown, size)


def add_candidate_recall(judge: Judge, model: str, hits: dict[str, np.ndarray]) -> None:
    """Share of what users liked that is among a proposer's first candidates."""
    for relevance, found in hits.items():
        counts = judge.catalogue.relevant_counts(relevance)
        able = counts > 0
        for k in CANDIDATE_CUTOFFS:
            row = {"protocol": "end_to_end", "relevance": relevance, "model": model,
                   "metric": "candidate_recall", "k": k}  # fmt: skip
            recall = found[able, :k].sum(axis=1) / counts[able]
            judge.results.add_values(row, judge.catalogue.users[able], recall)
