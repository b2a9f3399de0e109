"""Score the candidates of every user and keep the best."""

from collections.abc import Callable

import duckdb
import numpy as np
import pyarrow as pa

from reelrank.progress import ignore
from reelrank.ranker import Feature, FittedHead, predict, stream_rows, with_features
from reelrank.warehouse.sql import read_sql
from reelrank.warehouse.tables import store

USERS_AT_ONCE = 1_000  # 500,000 pairs: the join of their features stays small


def score_candidates(
    con: duckdb.DuckDBPyConnection,
    model: str,
    heads: list[FittedHead],
    feature_set: str,
    features: list[Feature],
    block: int,
    threads: int,
    on_rows: Callable[[float], None] = ignore,
) -> None:
    """Make temp table run_lists: the ranker's scores of all candidates of `model`.

    Parameters
    ----------
    model : str
        The proposer in run_candidates that feeds the ranker.
    block : int
        The block of the vectors that know all of train.
    """
    found = con.execute(
        "select distinct user_id from run_candidates where model = $model order by user_id",
        {"model": model},
    ).fetchnumpy()["user_id"]
    parts = []
    for start in range(0, len(found), USERS_AT_ONCE):
        users = found[start : start + USERS_AT_ONCE]
        parts.append(_score_users(con, model, users, heads, feature_set, features, block, threads))
        on_rows(parts[-1].num_rows)
    # nobody may have a candidate: whoever has watched every video
    scored = pa.concat_tables(parts) if parts else predict(heads, features, iter(()), threads)
    store(con, "run_lists", scored.drop(["event_at", "video_duration_ms"]))


def _score_users(
    con: duckdb.DuckDBPyConnection,
    model: str,
    users: np.ndarray,
    heads: list[FittedHead],
    feature_set: str,
    features: list[Feature],
    block: int,
    threads: int,
) -> pa.Table:
    con.execute(
        read_sql("recommendations/wanted_pairs.sql"),
        {"model": model, "first_user": int(users[0]), "last_user": int(users[-1])},
    )
    rows = with_features(con, "wanted_pairs", feature_set, features)
    return predict(heads, features, stream_rows(con, rows, block), threads)


def list_recommendations(con: duckdb.DuckDBPyConnection, model: str, count: int) -> None:
    """Make temp table run_recommendations: the best `count` of run_lists per user."""
    con.execute(read_sql("recommendations/recommendations.sql"), {"model": model, "count": count})
