"""Score candidates with the taste heads, and keep the best of each list."""

from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from reelrank.extensions import Predict
from reelrank.progress import ignore
from reelrank.ranker import (
    Feature,
    FittedHead,
    apart,
    other_scores,
    predict,
    stream_rows,
    with_features,
)
from reelrank.warehouse.sql import read_sql
from reelrank.warehouse.tables import store

PAIRS_AT_ONCE = 500_000  # the join of their features stays small
EVERYONE = (-(2**31), 2**31 - 1)


@dataclass(frozen=True)
class TasteHeads:
    """The heads that say what becomes of a pair if it is shown, and what they read.

    `block` is that of the vectors that know all of train.
    """

    heads: list[FittedHead]
    feature_set: str
    features: list[Feature]
    block: int
    threads: int

    def score(self, con: duckdb.DuckDBPyConnection) -> pa.Table:
        """Score the pairs of temp table wanted_pairs, in batches."""
        rows = with_features(con, "wanted_pairs", self.feature_set, self.features)
        batches = stream_rows(con, rows, self.block)
        return predict(self.heads, self.features, batches, self.threads)


@dataclass(frozen=True)
class RegisteredRankers:
    """Rankers of other packages, and what they read."""

    rankers: dict[str, Predict]
    feature_set: str
    features: list[Feature]
    block: int

    def score(self, con: duckdb.DuckDBPyConnection) -> pa.Table:
        """Score the pairs of temp table wanted_pairs: user_id, video_id, <name>_score."""
        rows = with_features(con, "wanted_pairs", self.feature_set, self.features)
        names = [feature.name for feature in self.features]
        parts = []
        for batch in stream_rows(con, rows, self.block):
            keys = {name: apart(batch.column(f"row_{name}")) for name in ("user_id", "video_id")}
            parts.append(pa.table(keys | other_scores(self.rankers, batch, names)))
        return pa.concat_tables(parts)


def reorder_candidates(
    con: duckdb.DuckDBPyConnection, source: str, registered: RegisteredRankers
) -> None:
    """Add to run_candidates those of `source` in the order of each registered ranker."""
    con.execute(
        "create or replace temp table scored_pairs as"
        " select user_id, video_id from run_candidates where model = $model",
        {"model": source},
    )
    store(con, "reordered_pairs", _score_pairs(con, registered))
    for name in registered.rankers:
        con.execute(
            read_sql("recommendations/reordered_candidates.sql"),
            {"name": name, "score": f"{name}_score"},
        )


def score_candidates(
    con: duckdb.DuckDBPyConnection,
    model: str,
    taste: TasteHeads,
    on_rows: Callable[[float], None] = ignore,
) -> pa.Table:
    """Score all candidates that `model` proposed in run_candidates; no list ranker has a say."""
    con.execute(
        "create or replace temp table scored_pairs as"
        " select user_id, video_id from run_candidates where model = $model",
        {"model": model},
    )
    scored = _score_pairs(con, taste, on_rows)
    for name in ("list_score", "log_chance"):
        scored = scored.append_column(name, pa.nulls(len(scored), pa.float32()))
    return scored


def _score_pairs(
    con: duckdb.DuckDBPyConnection,
    taste: TasteHeads | RegisteredRankers,
    on_rows: Callable[[float], None] = ignore,
) -> pa.Table:
    """Score temp table scored_pairs, some users at a time."""
    found = con.execute(
        "select user_id, count(*) as pairs from scored_pairs group by user_id order by user_id"
    ).fetchnumpy()
    at_once = max(PAIRS_AT_ONCE // max(found["pairs"].max(initial=1), 1), 1)
    parts = []
    for start in range(0, max(len(found["user_id"]), 1), at_once):
        users: np.ndarray = found["user_id"][start : start + at_once]
        bounds = (int(users[0]), int(users[-1])) if len(users) else (0, -1)
        want_pairs(con, *bounds)
        parts.append(taste.score(con))
        on_rows(parts[-1].num_rows)
    scored = pa.concat_tables(parts)
    return scored.drop([n for n in ("event_at", "video_duration_ms") if n in scored.schema.names])


def want_pairs(
    con: duckdb.DuckDBPyConnection, first_user: int = EVERYONE[0], last_user: int = EVERYONE[1]
) -> None:
    """Make temp table wanted_pairs: those of scored_pairs that are to get features."""
    con.execute(
        "create or replace temp table wanted_pairs as "
        + read_sql("recommendations/wanted_pairs.sql"),
        {"first_user": first_user, "last_user": last_user},
    )


def list_recommendations(
    con: duckdb.DuckDBPyConnection, model: str, count: int, taste: TasteHeads
) -> None:
    """Make temp table run_recommendations: the best `count` of run_lists per user.

    What the taste heads predict of them is added where run_lists does not say it.
    """
    con.execute(read_sql("recommendations/ranked_lists.sql"), {"model": model, "count": count})
    columns = [name for name, *_ in con.execute("describe run_lists").fetchall()]
    if "predicted_watch_ratio" in columns:
        con.execute("create or replace temp view predicted_pairs as from run_lists")
    else:
        con.execute(
            "create or replace temp table scored_pairs as"
            " select user_id, video_id from ranked_lists"
        )
        store(con, "predicted_pairs", _score_pairs(con, taste))
    con.execute(read_sql("recommendations/recommendations.sql"))
