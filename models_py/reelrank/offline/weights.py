"""What every judged event weighs and was expected to be, read once."""

from dataclasses import dataclass

import duckdb
import numpy as np

from reelrank.evaluation.catalogue import as_floats
from reelrank.evaluation.judge import Judge
from reelrank.evaluation.orderings import ABOVE_ONE, LONG_VIEW
from reelrank.offline.propensity import Propensities
from reelrank.warehouse.sql import read_sql

MOST_WEIGHT = 0.99  # weights beyond this quantile are cut to it


@dataclass(frozen=True)
class Facts:
    """Arrays over the judged rows, (n_rows,).

    Attributes
    ----------
    relevant : relevance -> float64
        The answer, 0 or 1.
    expected : relevance -> float64
        What a simple model of train expects.
    weights : str -> float64
        Inverse propensities by what estimated them, mean 1 over pairs met; 0 for others.
    day_lists : int64
        Number of the user and day of each pair's first event after the boundary; -1 for others.
    """

    relevant: dict[str, np.ndarray]
    expected: dict[str, np.ndarray]
    weights: dict[str, np.ndarray]
    day_lists: np.ndarray


def read_facts(judge: Judge, truth: Propensities | None) -> Facts:
    """Estimate propensities in SQL, ask the truth for them where there is one, and read both."""
    con, rows = judge.con, judge.rows
    con.execute(read_sql("offline/sql/propensities.sql"))
    found = con.execute(read_sql("offline/sql/facts.sql")).fetchnumpy()
    users = rows.users[rows.lists.numbers]
    is_met = ~rows.columns["is_dense"] & rows.columns["is_first"]
    estimated = as_floats(found["propensity"])
    weights = {"": _weights(estimated, is_met)}
    if truth is not None:
        asked = is_met & found["is_new"]
        true = estimated.copy()
        true[asked] = truth(users[asked], rows.video_ids[asked], _boundary(con))
        weights["_true"] = _weights(true, is_met)
    days = np.ma.filled(found["event_on"], np.datetime64("1970-01-01")).astype("datetime64[D]")
    codes = users.astype(np.int64) << 20 | days.astype(np.int64)
    day_lists = np.full(len(users), -1)
    day_lists[is_met] = np.unique(codes[is_met], return_inverse=True)[1]
    return Facts(
        {
            ABOVE_ONE: rows.columns["is_above_one"].astype(np.float64),
            LONG_VIEW: rows.columns["is_long_view"].astype(np.float64),
        },
        {
            ABOVE_ONE: as_floats(found["expected_above_one"]),
            LONG_VIEW: as_floats(found["expected_long_view"]),
        },
        weights,
        day_lists,
    )


def _boundary(con: duckdb.DuckDBPyConnection) -> float:
    """Unix seconds of the boundary."""
    query = "select max(event_unix_ms) / 1000 from training.interactions where split = 'train'"
    return float(con.execute(query).fetchone()[0])


def _weights(propensity: np.ndarray, is_met: np.ndarray) -> np.ndarray:
    """Inverse propensities of the pairs met, cut off at a quantile, mean 1."""
    weights = np.zeros(len(propensity))
    if is_met.any():
        inverse = 1 / np.maximum(propensity[is_met], 1e-12)
        inverse = np.minimum(inverse, np.quantile(inverse, MOST_WEIGHT))
        weights[is_met] = inverse / inverse.mean()
    return weights
