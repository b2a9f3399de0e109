"""Vectors of users, videos, tags, authors and categories per block, as temp tables."""

from collections.abc import Callable

import duckdb
import numpy as np
import pyarrow as pa

from reelrank.candidates.als import Factors, fit_factors
from reelrank.candidates.train_log import TrainLog, read_train_log
from reelrank.embeddings.blocks import Blocks
from reelrank.embeddings.directions import Directions, find_directions
from reelrank.presets import AlsSettings
from reelrank.progress import ignore
from reelrank.warehouse.sql import quote_identifier, read_sql

ENTITIES = ("user", "video", "tag", "author", "category")


def publish_vectors(
    con: duckdb.DuckDBPyConnection,
    blocks: Blocks,
    settings: AlsSettings,
    *,
    seed: int,
    threads: int,
    first_block: int = 1,
    on_iteration: Callable[[float], None] = ignore,
) -> None:
    """Fit ALS before each block and after train, into the tables of `make_vector_tables`.

    Block 0 has no vectors: nothing is known before it. The vectors that know all of train are
    also left in temp table run_embedding_vectors.

    Parameters
    ----------
    first_block : int
        No row of an earlier block will be asked for.
    """
    make_vector_tables(con, settings.factors)
    for block in range(max(first_block, 1), blocks.after_train + 1):
        is_last = block == blocks.after_train
        log = read_train_log(con, None if is_last else blocks.first_days[block])
        factors = fit_factors(log, settings, seed=seed, threads=threads, on_iteration=on_iteration)
        _store(con, block, log, factors)
    con.execute(read_sql("embeddings/stored.sql"), {"block": blocks.after_train})


def restore_vectors(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Fill the tables of `make_vector_tables` with what a run stored, as block 1."""
    found = con.execute(
        "select max(len(vector)) from ml.embedding_vectors where run_id = $run_id",
        {"run_id": run_id},
    ).fetchone()
    make_vector_tables(con, found[0] or 1)
    for entity in ENTITIES:
        con.execute(
            f"insert into {entity}_vectors select 1, entity_id, vector from ml.embedding_vectors"
            " where run_id = $run_id and entity = $entity",
            {"run_id": run_id, "entity": entity},
        )
    users, videos = (_stored(con, entity) for entity in ("user", "video"))
    if len(users[0]):  # a preset without embeddings stored none
        _insert_directions(con, 1, users[0], videos[0], find_directions(users[1], videos[1]))


def _stored(con: duckdb.DuckDBPyConnection, entity: str) -> tuple[np.ndarray, np.ndarray]:
    """Ids, int32 (n,), and vectors, float32 (n, factors), of block 1."""
    table = con.execute(
        f"select entity_id, vector from {entity}_vectors where block = 1 order by entity_id"
    ).to_arrow_table()
    vectors = table.column("vector").combine_chunks()
    width = table.schema.field("vector").type.list_size
    return table.column("entity_id").to_numpy(), vectors.flatten().to_numpy().reshape(-1, width)


def make_vector_tables(con: duckdb.DuckDBPyConnection, factors: int) -> None:
    """Make the empty tables of vectors and the macro that turns them into features.

    Temp tables {user,video,tag,author,category}_vectors (block, entity_id, vector
    FLOAT[factors]), what `find_directions` makes of them, and temp table macro
    rows_with_embeddings(rows_table, vector_block), which adds the columns of source model
    'ml.embedding_features' to any rows with user_id and video_id.
    """
    for entity in ENTITIES:
        con.execute(
            f"create or replace temp table {entity}_vectors"
            f" (block integer, entity_id integer, vector float[{factors}])"
        )
    con.execute(
        "create or replace temp table user_directions (block integer, entity_id integer,"
        f" score_vector float[{factors}], taste_vector float[{factors}])"
    )
    con.execute(
        "create or replace temp table video_directions (block integer, entity_id integer,"
        f" centred_vector float[{factors}], popularity float)"
    )
    con.execute(read_sql("embeddings/features.sql"))


def _store(con: duckdb.DuckDBPyConnection, block: int, log: TrainLog, factors: Factors) -> None:
    known_users, known_videos = factors.knows_user, factors.knows_video
    users, videos = factors.users[known_users], factors.videos[known_videos]
    user_ids, video_ids = log.user_ids[known_users], log.video_ids[known_videos]
    _insert(con, "user_vectors", block, user_ids, vector=users)
    _insert(con, "video_vectors", block, video_ids, vector=videos)
    _insert_directions(con, block, user_ids, video_ids, find_directions(users, videos))
    profiles = con.execute(
        "select video_id, first_tag_id as tag, author_id as author,"
        " first_level_category_id as category from features.video_profiles order by video_id"
    ).fetchnumpy()
    places = np.searchsorted(log.video_ids, profiles["video_id"])
    places = np.minimum(places, len(log.video_ids) - 1)
    is_known = (log.video_ids[places] == profiles["video_id"]) & known_videos[places]
    for entity in ("tag", "author", "category"):
        ids = np.ma.asarray(profiles[entity])
        usable = is_known & ~np.ma.getmaskarray(ids)
        group_ids, groups = np.unique(np.asarray(ids[usable]), return_inverse=True)
        means = group_means(factors.videos[places[usable]], groups, len(group_ids))
        _insert(con, f"{entity}_vectors", block, group_ids, vector=means)


def group_means(vectors: np.ndarray, groups: np.ndarray, group_count: int) -> np.ndarray:
    """Mean vector of each group, float32 (group_count, factors).

    Parameters
    ----------
    vectors : float32 (n, factors)
    groups : int (n,)
        The group of each vector, from 0.
    """
    sums = np.zeros((group_count, vectors.shape[1]), np.float64)
    np.add.at(sums, groups, vectors)
    sizes = np.bincount(groups, minlength=group_count)[:, None]
    return (sums / np.maximum(sizes, 1)).astype(np.float32)


def _insert_directions(
    con: duckdb.DuckDBPyConnection,
    block: int,
    user_ids: np.ndarray,
    video_ids: np.ndarray,
    found: Directions,
) -> None:
    _insert(
        con,
        "user_directions",
        block,
        user_ids,
        score_vector=found.scores,
        taste_vector=found.tastes,
    )
    _insert(
        con,
        "video_directions",
        block,
        video_ids,
        centred_vector=found.centred,
        popularity=found.popularity,
    )


def _insert(
    con: duckdb.DuckDBPyConnection,
    table: str,
    block: int,
    ids: np.ndarray,
    **columns: np.ndarray,
) -> None:
    """Append a row per id to a temp table; columns are float32 (n, factors) or (n,)."""
    rows = {"block": pa.array(np.full(len(ids), block, np.int32)), "entity_id": pa.array(ids)}
    for name, values in columns.items():
        flat = pa.array(np.ascontiguousarray(values).ravel())
        is_vector = values.ndim > 1
        rows[name] = pa.FixedSizeListArray.from_arrays(flat, values.shape[1]) if is_vector else flat
    con.register("new_vectors", pa.table(rows))
    con.execute(f"insert into {quote_identifier(table)} by name from new_vectors")
    con.unregister("new_vectors")
