"""What every way says of every model, with intervals, and how far that can be trusted."""

import duckdb
import numpy as np
import pyarrow as pa

from reelrank.errors import UserError
from reelrank.evaluation import bootstrap
from reelrank.evaluation.catalogue import as_floats
from reelrank.evaluation.judge import Judge
from reelrank.evaluation.orderings import BOTH, ROW_ORDERINGS, RULES
from reelrank.evaluation.restoring import restore_judge
from reelrank.evaluation.rows import row_scores
from reelrank.offline.propensity import Propensities
from reelrank.offline.ways import Parts, ways_of
from reelrank.offline.weights import read_facts
from reelrank.publication import judged_models
from reelrank.warehouse.sql import read_sql
from reelrank.warehouse.tables import store
from reelrank.warehouse.transactions import in_one_transaction

TABLES = ("offline_values", "offline_differences", "offline_verdicts")


def tell_offline(
    con: duckdb.DuckDBPyConnection,
    run: dict,
    *,
    truth: Propensities | None = None,
    resamples: int = 1000,
) -> None:
    """Make temp tables run_offline_values and run_offline_differences of a published run.

    Parameters
    ----------
    run : dict
        Row of ml.runs.
    truth : callable, optional
        True propensities of simulated data, for the ways that end in `_true`.

    Raises
    ------
    UserError
        If the log has no dense answers, or the run no predictions any more.
    """
    judge = restore_judge(con, run["run_id"], run["seed"])
    if {"dense", "holdout"} - {protocol.name for protocol in judge.rows.protocols}:
        raise UserError(
            "The log has no dense matrix, so nobody knows what the right answers are.",
            "Use KuaiRec or the simulated one.",
        )
    found = _all_parts(judge, run["run_id"], truth)
    _add_end_to_end(judge, run["run_id"], found)
    weights = bootstrap.user_weights(len(judge.catalogue.users), resamples, run["seed"])
    values, differences = [], []
    for relevance in BOTH:
        mine = {key[1:]: parts for key, parts in found.items() if key[0] == relevance}
        estimates = _estimates(mine, weights)
        values += [{"relevance": relevance, "model": model, "way": way} | _interval(*estimate)
                   for (model, way), estimate in estimates.items()]  # fmt: skip
        differences += [{"relevance": relevance} | row for row in _differences(estimates)]
    store(con, "run_offline_values", pa.Table.from_pylist(values))
    store(con, "run_offline_differences", pa.Table.from_pylist(differences))


def publish_offline(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Replace what schema ml says of a run, in one transaction."""
    with in_one_transaction(con):
        con.execute(read_sql("publication/beside.sql"))
        for table in TABLES:
            con.execute(f"delete from ml.{table} where run_id = $run_id", {"run_id": run_id})
        for table in TABLES[:2]:
            con.execute(
                f"insert into ml.{table} by name select $run_id as run_id, * from run_{table}",
                {"run_id": run_id},
            )
        con.execute(read_sql("offline/sql/verdicts.sql"), {"run_id": run_id})


def _all_parts(
    judge: Judge, run_id: str, truth: Propensities | None
) -> dict[tuple[str, str, str], Parts]:
    """(relevance, model, way) -> sums per user, of every model that scores pairs."""
    facts = read_facts(judge, truth)
    found = {}
    for ordering in (*ROW_ORDERINGS, *RULES):
        scores = row_scores(judge.con, judge.rows, judge.catalogue.videos, ordering)
        for relevance in ordering.relevances:
            for way, parts in ways_of(judge, facts, scores, relevance).items():
                found[relevance, ordering.model, way] = parts
    for name in sorted(judged_models(judge.con, run_id)):
        keys = {"run_id": run_id, "name": name}
        said = judge.con.execute(read_sql("offline/sql/judged_scores.sql"), keys).fetchnumpy()
        scores = as_floats(said["score"])
        if np.isnan(scores).mean() > 0.01:  # judged in one of the protocols only
            continue
        for relevance in BOTH:
            for way, parts in ways_of(judge, facts, scores, relevance).items():
                found[relevance, name, way] = parts
    return found


def _add_end_to_end(judge: Judge, run_id: str, found: dict[tuple[str, str, str], Parts]) -> None:
    """Add what the log then showed of the lists of those models that make lists."""
    query = read_sql("offline/sql/end_to_end.sql")
    rows = judge.con.execute(query, {"run_id": run_id}).fetchnumpy()
    count = len(judge.catalogue.users)
    users = np.searchsorted(judge.catalogue.users, rows["user_id"])
    for relevance, model in {key[:2] for key in found}:
        mine = (rows["relevance"] == relevance) & (rows["model"] == model)
        if mine.any():
            total = np.bincount(users[mine], rows["share"][mine], count)
            number = np.bincount(users[mine], minlength=count).astype(np.float64)
            found[relevance, model, "end_to_end"] = [(total, number)]


def _estimates(
    found: dict[tuple[str, str], Parts], weights: np.ndarray
) -> dict[tuple[str, str], tuple[float, np.ndarray]]:
    """Values and replicates, float64 (resamples,), of sums of ratios, by the same keys."""
    columns = [part for parts in found.values() for part in parts]
    totals, numbers = (np.stack(side, axis=1) for side in zip(*columns, strict=True))
    values, replicates = bootstrap.ratios(totals, numbers, weights)
    estimates, place = {}, 0
    for key, parts in found.items():
        mine = slice(place, place := place + len(parts))
        estimates[key] = float(values[mine].sum()), replicates[:, mine].sum(axis=1)
    return estimates


def _interval(value: float, replicates: np.ndarray) -> dict[str, float]:
    low, high = np.quantile(replicates, bootstrap.LEVELS)
    return {"value": value, "ci_low": float(low), "ci_high": float(high)}


def _differences(estimates: dict[tuple[str, str], tuple[float, np.ndarray]]) -> list[dict]:
    """Every pair of models by every way, beside the same pair by the dense answers."""
    rows = []
    for way in sorted({way for _, way in estimates} - {"dense"}):
        models = sorted(model for model, its in estimates if its == way)
        for place, model in enumerate(models):
            for other in models[:place]:
                row = {"way": way, "model": model, "other": other}
                for name, its in (("", way), ("dense_", "dense")):
                    one, two = estimates[model, its], estimates[other, its]
                    gap = _interval(one[0] - two[0], one[1] - two[1])
                    row |= {f"{name}difference": gap["value"]}
                    row |= {f"{name or 'ci_'}low": gap["ci_low"]}
                    row |= {f"{name or 'ci_'}high": gap["ci_high"]}
                rows.append(row)
    return rows
