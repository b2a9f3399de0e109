"""Score one user's candidates again from what a run stored: trees, vectors, candidates."""

import json
from dataclasses import dataclass

import duckdb
import lightgbm as lgb
import numpy as np
import pyarrow as pa

from reelrank.embeddings import restore_vectors
from reelrank.errors import UserError
from reelrank.ranker import Feature, FittedHead, predict, read_features, stream_rows, with_features
from reelrank.ranker.heads import HEADS
from reelrank.warehouse.sql import read_sql

VECTOR_BLOCK = 1  # what restore_vectors fills


@dataclass(frozen=True)
class ServedRun:
    """A run loaded from schema ml, ready to score."""

    run_id: str
    heads: list[FittedHead]
    feature_set: str
    features: list[Feature]
    list_length: int


def load_run(con: duckdb.DuckDBPyConnection, run_id: str | None = None) -> ServedRun:
    """Load the trees and vectors of a run, the latest one by default.

    Raises
    ------
    UserError
        If there is no such run.
    """
    has_ml = con.execute(
        "select 1 from duckdb_views() where schema_name = 'ml' and view_name = 'latest_run'"
    ).fetchone()
    found = (
        has_ml
        and con.execute(
            "select run_id, parameters from ml.runs"
            " where run_id = coalesce($run_id, (select run_id from ml.latest_run))",
            {"run_id": run_id},
        ).fetchone()
    )
    if not found:
        raise UserError(
            f"The database has no run {run_id or 'yet'}.", "Run: python models_py/train.py"
        )
    parameters = json.loads(found[1])
    restore_vectors(con, found[0])
    models = con.execute(
        "select head, model_text, round_count, starts_from from ml.models"
        " where run_id = $run_id order by head",
        {"run_id": found[0]},
    ).fetchall()
    feature_set = parameters["ranker"]["feature_set"]
    return ServedRun(
        run_id=found[0],
        heads=[
            FittedHead(HEADS[head], lgb.Booster(model_str=text), rounds, start)
            for head, text, rounds, start in models
        ],
        feature_set=feature_set,
        features=read_features(con, feature_set),
        list_length=parameters["recommendations"]["count"],
    )


def recommend_for_user(
    con: duckdb.DuckDBPyConnection, served: ServedRun, user_id: int, threads: int = 1
) -> pa.Table:
    """Rank a user's stored candidates; the same list that training published.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        The connection that `served` was loaded with.

    Returns
    -------
    pyarrow.Table
        video_id, predicted_watch_ratio, predicted_long_view, score_long_view, best first;
        empty for an unknown user.
    """
    con.execute(
        read_sql("recommendations/stored_candidates.sql"),
        {"run_id": served.run_id, "user_id": user_id},
    )
    con.execute(
        read_sql("recommendations/wanted_pairs.sql"),
        {"model": "stored", "first_user": user_id, "last_user": user_id},
    )
    rows = with_features(con, "wanted_pairs", served.feature_set, served.features)
    batches = stream_rows(con, rows, VECTOR_BLOCK)
    scored = predict(served.heads, served.features, batches, threads)
    ranks = dict(con.execute("select video_id, rank from run_candidates").fetchall())
    columns = [scored.column(name).to_numpy() for name in ("score_long_view", "score_watch_ratio")]
    place = np.array([ranks[video] for video in scored.column("video_id").to_pylist()])
    order = np.lexsort((place, -columns[1], -columns[0]))[: served.list_length]
    names = ["video_id", "predicted_watch_ratio", "predicted_long_view", "score_long_view"]
    return scored.select(names).take(pa.array(order))
