"""The table of all vectors, and the macro that turns them into columns."""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from reelrank.warehouse.sql import read_sql


@dataclass(frozen=True)
class Vectors:
    """Vectors of one kind.

    Attributes
    ----------
    entity : str
        What they are of: user, video, tag, ..., play_user, play_video, play_hour ...
    ids : int32 (n,)
    values : float32 (n, width)
    """

    entity: str
    ids: np.ndarray
    values: np.ndarray


def make_vector_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty table of vectors and the macro that turns them into features.

    Temp table entity_vectors (block, entity, entity_id, vector FLOAT[], shown_id), and temp table
    macro rows_with_embeddings(rows_table, vector_block), which adds the columns of source model
    'ml.embedding_features' to any rows with user_id, video_id, event_at, video_duration_ms and
    pair_watch_count.
    """
    for name in ("tables.sql", "words.sql", "play_time/context.sql", "features.sql"):
        con.execute(read_sql(f"embeddings/{name}"))


def store_vectors(con: duckdb.DuckDBPyConnection, block: int, vectors: Iterable[Vectors]) -> None:
    """Append the vectors of a block to entity_vectors."""
    for found in vectors:
        width = found.values.shape[1]
        flat = pa.array(np.ascontiguousarray(found.values, np.float32).ravel())
        rows = pa.table(
            {
                "entity_id": pa.array(found.ids, pa.int32()),
                "vector": pa.FixedSizeListArray.from_arrays(flat, width),
            }
        )
        con.register("new_vectors", rows)
        con.execute(
            "insert into entity_vectors (block, entity, entity_id, vector)"
            " select $block, $entity, entity_id, vector from new_vectors",
            {"block": block, "entity": found.entity},
        )
        con.unregister("new_vectors")


def keep_vectors(con: duckdb.DuckDBPyConnection, block: int) -> None:
    """Make temp table run_embedding_vectors of a block's vectors, which are kept with the run."""
    con.execute(
        "create or replace temp table run_embedding_vectors as"
        " select * exclude (block) from entity_vectors where block = $block",
        {"block": block},
    )


def restore_vectors(con: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Fill the table of `make_vector_tables` with what a run stored, as block 1."""
    make_vector_tables(con)
    con.execute(
        "insert into entity_vectors select 1, entity, entity_id, vector, shown_id"
        " from ml.embedding_vectors where run_id = $run_id",
        {"run_id": run_id},
    )
