"""Judge lists of pairs with known outcome: the dense matrix, and what the holdout showed."""

from collections.abc import Iterator

import duckdb
import numpy as np

from reelrank.evaluation.judge import Judge, proposers
from reelrank.evaluation.learnable import learnable_scores
from reelrank.evaluation.oracle import Truth, row_truth
from reelrank.evaluation.orderings import (
    BOTH,
    CANDIDATE_CUTOFFS,
    DEBIASED,
    DEPTH,
    LONG_VIEW,
    NOT_LEARNED,
    ROW_ORDERINGS,
    ROW_PROTOCOLS,
    RULES,
    Ordering,
)
from reelrank.evaluation.rows import Protocol, row_scores
from reelrank.evaluation.shown import describe

MOST_CANDIDATES = CANDIDATE_CUTOFFS[-1]


def judge_rows(judge: Judge, truth: Truth | None) -> bool:
    """Judge every model that scores the judged events; whether the truth is that of the events."""
    knows_truth = False

    def scored() -> Iterator[tuple]:
        nonlocal knows_truth
        for ordering in _orderings(judge.con):
            yield ordering, row_scores(judge.con, judge.rows, judge.catalogue.videos, ordering)
        found = row_truth(judge.rows, truth, judge.threads) if truth is not None else None
        knows_truth = found is not None
        for relevance, scores in (found or {}).items():
            yield Ordering("oracle", "", (relevance,)), scores
        if knows_truth and judge.rows.dense_lists and hasattr(truth, "video_side"):
            learnable = learnable_scores(judge.con, judge.rows, truth, judge.threads)
            for relevance, scores in learnable.items():
                yield Ordering("learnable_bound", "", (relevance,)), scores, ("dense",)

    judge.judge_each(lambda apart, item: judge_scores(apart, *item), scored())
    return knows_truth


def _orderings(con: duckdb.DuckDBPyConnection) -> list[Ordering]:
    """Give what orders the judged events; the debiased ALS only where no head does better."""
    has_head = con.sql("from judge_rows where predicted_long_view is not null limit 1")
    debiased = () if has_head.fetchone() else (DEBIASED,)
    return [*ROW_ORDERINGS, *RULES, *_registered(con), *debiased]


def _registered(con: duckdb.DuckDBPyConnection) -> list[Ordering]:
    """Orderings of the rankers of other packages, which have a column each."""
    columns = con.table("judge_rows").columns
    own = [name for name in columns if name.endswith("_score")]
    return [Ordering(name.removesuffix("_score"), name) for name in own]


def judge_scores(
    judge: Judge, ordering: Ordering, scores: np.ndarray, protocols: tuple[str, ...] = ROW_PROTOCOLS
) -> None:
    """Judge scores of the judged events in some protocols; the dense lists are described.

    Models that score every dense pair give the same lists end to end as in protocol dense.
    """
    order = judge.rows.order(scores)
    for protocol in judge.rows.protocols:
        if protocol.name not in protocols:
            continue
        first = judge.rows.first(order, protocol, DEPTH)
        _add_row_lists(judge, protocol, protocol.name, ordering.model, ordering.relevances, first)
        if protocol.name == "dense" and ordering is not DEBIASED:
            model = "ranker_over_everything" if ordering.model == "ranker" else ordering.model
            _judge_dense_lists(judge, protocol, model, ordering.relevances, first)


def _add_row_lists(
    judge: Judge,
    protocol: Protocol,
    name: str,
    model: str,
    relevances: tuple[str, ...],
    first: np.ndarray,
) -> None:
    """Measure lists of row numbers, int64 (lists, depth), by the rows that are relevant."""
    users = judge.rows.users[protocol.lists]
    for relevance in relevances:
        hits = protocol.relevant[relevance][first] & (first >= 0)
        counts = protocol.relevant_counts[relevance]
        judge.results.add_lists((name, relevance), model, users, counts, hits)


def _judge_dense_lists(
    judge: Judge, dense: Protocol, model: str, relevances: tuple[str, ...], first: np.ndarray
) -> None:
    """Measure and describe lists of dense pairs as the ones a user would be shown."""
    name = "dense_end_to_end"
    _add_row_lists(judge, dense, name, model, relevances, first)
    if LONG_VIEW in relevances:
        users = judge.rows.users[dense.lists]
        shown = np.where(first >= 0, judge.rows.videos[first], -1)
        size = judge.rows.dense_video_count
        describe(judge.results, judge.facts, name, model, users, shown, size)


def judge_dense_candidates(judge: Judge, stage_one: str) -> None:
    """Judge what differs from protocol dense when stage one picks among a user's dense pairs."""
    rows = judge.rows
    dense = next((found for found in rows.protocols if found.name == "dense"), None)
    if dense is None:
        return
    names = proposers(judge.con, "run_dense_candidates")
    places = {name: _dense_places(judge, name) for name in names}
    if stage_one not in places:
        if stage_one != "als":
            raise ValueError(f"run_dense_candidates has no candidates of stage one, {stage_one}")
        als = next(ordering for ordering in ROW_ORDERINGS if ordering.model == "als")
        order = rows.order(row_scores(judge.con, rows, judge.catalogue.videos, als))
        first = rows.first(order, dense, MOST_CANDIDATES)
        places["als"] = np.full(len(rows.videos), np.nan)
        places["als"][first[first >= 0]] = 0
    picked = ~np.isnan(places[stage_one])
    for relevance, name in zip(BOTH, ("watch_ratio", "long_view"), strict=True):
        ranker = Ordering("ranker", f"score_{name}")
        scores = row_scores(judge.con, rows, judge.catalogue.videos, ranker)
        order = rows.order(scores, picked)
        first = _only(rows.first(order, dense, DEPTH), picked)
        _judge_dense_lists(judge, dense, "two_stage", (relevance,), first)
    for name in names:
        if name not in NOT_LEARNED | {"als"}:  # these scored every pair
            order = rows.order(-places[name], ~np.isnan(places[name]))
            first = _only(rows.first(order, dense, DEPTH), ~np.isnan(places[name]))
            _judge_dense_lists(judge, dense, name, BOTH, first)


def _only(first: np.ndarray, picked: np.ndarray) -> np.ndarray:
    """Cut the rows that were not picked off the ends of lists."""
    return np.where((first >= 0) & picked[first], first, -1)


def _dense_places(judge: Judge, model: str) -> np.ndarray:
    """Rank of each judged dense row among a proposer's candidates, NaN for none, (n_rows,)."""
    found = judge.con.execute(
        "select rows.rowid as place, candidates.rank from judge_rows as rows"
        " inner join run_dense_candidates as candidates"
        " on rows.user_id = candidates.user_id and rows.video_id = candidates.video_id"
        " where rows.is_dense and candidates.model = $model",
        {"model": model},
    ).fetchnumpy()
    places = np.full(len(judge.rows.videos), np.nan)
    places[found["place"]] = found["rank"]
    return places
