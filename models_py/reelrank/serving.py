"""Score one user's candidates again from what a run stored: trees, vectors, candidates."""

import json
from dataclasses import dataclass

import duckdb
import lightgbm as lgb
import pyarrow as pa

from reelrank.embeddings import restore_vectors
from reelrank.list_ranker import ListHead, create_features, read_cutoffs, score_lists
from reelrank.neural.extra import need_extra
from reelrank.publication import find_run
from reelrank.ranker import Feature, FittedHead, read_features
from reelrank.ranker.heads import HEADS
from reelrank.recommendations import TasteHeads, list_recommendations, score_candidates
from reelrank.warehouse.sql import read_sql
from reelrank.warehouse.tables import store, store_parts

VECTOR_BLOCK = 1  # what restore_vectors fills


@dataclass(frozen=True)
class ServedRun:
    """A run loaded from schema ml, ready to score."""

    run_id: str
    heads: list[FittedHead]
    list_heads: list[ListHead]
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
    run = find_run(con, run_id)
    run_id, parameters = run["run_id"], json.loads(run["parameters"])
    restore_vectors(con, run_id)
    models = con.execute(
        "select head, model_text, round_count, starts_from, start_scale, chance_weight"
        " from ml.models where run_id = $run_id order by head",
        {"run_id": run_id},
    ).fetchall()
    feature_set = parameters["ranker"]["feature_set"]
    return ServedRun(
        run_id=run_id,
        heads=[
            _load_head(head, text, rounds, start)
            for head, text, rounds, start, *_ in models
            if head in HEADS
        ],
        list_heads=[
            ListHead(
                head.removeprefix("list_"),
                start,
                scale,
                lgb.Booster(model_str=text) if text else None,
                weight,
            )
            for head, text, _, start, scale, weight in models
            if head not in HEADS
        ],
        feature_set=feature_set,
        features=read_features(con, feature_set),
        list_length=parameters["recommendations"]["count"],
    )


def _load_head(name: str, text: str, rounds: int, start: str | None) -> FittedHead:
    head = HEADS[name]
    if head.network:
        need_extra(f"Head {name} of the run")
        from reelrank.neural.heads import load_net

        return load_net(head, text, rounds, start)
    return FittedHead(head, lgb.Booster(model_str=text), rounds, start)


def recommend_for_user(
    con: duckdb.DuckDBPyConnection, served: ServedRun, user_id: int | str, threads: int = 1
) -> pa.Table:
    """Rank a user's stored candidates; the same list that training published.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        The connection that `served` was loaded with.
    user_id : int or str
        As the log has it.

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
    con.execute("create or replace temp view run_candidates as from list_candidates")
    taste = TasteHeads(served.heads, served.feature_set, served.features, VECTOR_BLOCK, threads)
    if served.list_heads:
        create_features(con)
        boundary = read_cutoffs(con)[-1].number
        lists = score_lists(con, served.list_heads, boundary, VECTOR_BLOCK, threads)
        store_parts(con, "run_lists", lists)
    else:
        store(con, "run_lists", score_candidates(con, "stored", taste))
    list_recommendations(con, "stored", served.list_length, taste)
    return con.execute(
        "select main.video_shown(video_id) as video_id, predicted_watch_ratio, predicted_long_view,"
        " ranking_score as score_long_view from run_recommendations order by rank"
    ).to_arrow_table()
