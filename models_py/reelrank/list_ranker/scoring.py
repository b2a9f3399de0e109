"""Score the candidates at the boundary, and order the lists that are shown."""

from collections.abc import Callable, Iterator

import duckdb
import numpy as np
import pyarrow as pa

from reelrank.list_ranker.heads import ListHead
from reelrank.list_ranker.rows import ListRows, read_rows
from reelrank.progress import ignore
from reelrank.threads import in_order

USERS_AT_ONCE = 1_000


def score_lists(
    con: duckdb.DuckDBPyConnection,
    heads: list[ListHead],
    cutoff: int,
    block: int,
    threads: int,
    on_rows: Callable[[float], None] = ignore,
) -> Iterator[pa.Table]:
    """Score all rows of temp table list_candidates, some users at a time.

    Yields
    ------
    pyarrow.Table
        user_id, video_id, score_long_view and score_watch_ratio, which order the lists;
        list_score, what the long-view order is made of beside log_chance.
    """
    yield NO_ROWS
    # one thread more than LightGBM's own: the next rows are read while some are scored
    yield from in_order(
        lambda rows: _scored(heads, rows, threads, on_rows),
        _rows_of_some(con, cutoff, block),
        1,
    )


def _rows_of_some(con: duckdb.DuckDBPyConnection, cutoff: int, block: int) -> Iterator[ListRows]:
    """Describe all candidates, those of some users at a time."""
    users = con.execute(
        "select distinct user_id from list_candidates order by user_id"
    ).fetchnumpy()["user_id"]
    for start in range(0, len(users), USERS_AT_ONCE):
        chunk = users[start : start + USERS_AT_ONCE]
        con.execute(
            "create or replace temp table some_candidates as from list_candidates"
            f" where user_id between {int(chunk[0])} and {int(chunk[-1])}"
        )
        yield read_rows(con, "some_candidates", cutoff, block)


def _scored(
    heads: list[ListHead], rows: ListRows, threads: int, on_rows: Callable[[float], None]
) -> pa.Table:
    scores = {head.relevance: head.score(rows, threads) for head in heads}
    weights = {head.relevance: np.float32(head.chance_weight) for head in heads}
    on_rows(len(rows.user_id))
    return pa.table(
        {
            "user_id": rows.user_id,
            "video_id": rows.video_id,
            "list_score": scores["long_view"],
            "log_chance": rows.log_chance,
            "score_long_view": scores["long_view"] + weights["long_view"] * rows.log_chance,
            "score_watch_ratio": scores["watch_ratio"] + weights["watch_ratio"] * rows.log_chance,
        },
        schema=NO_ROWS.schema,
    )


NO_ROWS = pa.schema(
    [
        ("user_id", pa.int32()),
        ("video_id", pa.int32()),
        ("list_score", pa.float32()),
        ("log_chance", pa.float32()),
        ("score_long_view", pa.float32()),
        ("score_watch_ratio", pa.float32()),
    ]
).empty_table()


def store_heads(con: duckdb.DuckDBPyConnection, heads: list[ListHead]) -> None:
    """Add the heads to temp table run_models; a head without trees has no text."""
    rows = pa.table(
        {
            "head": [head.name for head in heads],
            "round_count": pa.array(
                [head.booster.num_trees() if head.booster else 0 for head in heads], pa.int32()
            ),
            "starts_from": [head.start for head in heads],
            "start_scale": [head.start_scale for head in heads],
            "chance_weight": [head.chance_weight for head in heads],
            "model_text": [
                head.booster.model_to_string() if head.booster else "" for head in heads
            ],
        }
    )
    con.register("list_heads", rows)
    con.execute(
        "create or replace temp table run_models as"
        " from run_models union all by name from list_heads"
    )
    con.unregister("list_heads")
