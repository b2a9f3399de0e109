"""Vectors of users, videos, tags, authors and categories per block, as temp tables."""

from collections.abc import Callable

import duckdb
import numpy as np
import pyarrow as pa

from reelrank.candidates.als import Factors, fit_factors
from reelrank.candidates.train_log import TrainLog, read_train_log
from reelrank.embeddings.blocks import Blocks
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
    on_iteration: Callable[[float], None] = ignore,
) -> None:
    """Fit ALS before each block and after train, into the tables of `make_vector_tables`.

    The first block has no vectors: nothing is known before it. The vectors that know all of
    train are also left in temp table run_embedding_vectors.
    """
    make_vector_tables(con, settings.factors)
    for block in range(1, blocks.after_train + 1):
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


def make_vector_tables(con: duckdb.DuckDBPyConnection, factors: int) -> None:
    """Make the empty tables of vectors and the macro that turns them into features.

    Temp tables {user,video,tag,author,category}_vectors (block, entity_id, vector
    FLOAT[factors]) and temp table macro rows_with_embeddings(rows_table, vector_block), which
    adds the columns of source model 'ml.embedding_features' to any rows with user_id and
    video_id.
    """
    for entity in ENTITIES:
        con.execute(
            f"create or replace temp table {entity}_vectors"
            f" (block integer, entity_id integer, vector float[{factors}])"
        )
    con.execute(read_sql("embeddings/features.sql"))


def _store(con: duckdb.DuckDBPyConnection, block: int, log: TrainLog, factors: Factors) -> None:
    known_users, known_videos = factors.knows_user, factors.knows_video
    _insert(con, "user", block, log.user_ids[known_users], factors.users[known_users])
    _insert(con, "video", block, log.video_ids[known_videos], factors.videos[known_videos])
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
        _insert(con, entity, block, group_ids.astype(np.int32), means)


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


def _insert(
    con: duckdb.DuckDBPyConnection, entity: str, block: int, ids: np.ndarray, vectors: np.ndarray
) -> None:
    """Append one vector per id, float32 (n, factors), to the temp table of the entity."""
    flat = pa.array(np.ascontiguousarray(vectors).ravel())
    lists = pa.FixedSizeListArray.from_arrays(flat, vectors.shape[1])
    rows = pa.table({"entity_id": pa.array(ids, pa.int32()), "vector": lists})
    con.register("new_vectors", rows)
    table = quote_identifier(f"{entity}_vectors")
    con.execute(
        f"insert into {table} select $block, entity_id, vector from new_vectors", {"block": block}
    )
    con.unregister("new_vectors")
