"""Vectors as features: every event sees only vectors learned before its block of time."""

from reelrank.embeddings.als_vectors import factor_products
from reelrank.embeddings.blocks import Blocks, split_blocks
from reelrank.embeddings.publishing import (
    publish_towers,
    publish_vectors,
    step_count,
    tower_steps,
)
from reelrank.embeddings.vectors import (
    keep_vectors,
    make_vector_tables,
    restore_vectors,
    store_vectors,
)

__all__ = [
    "Blocks",
    "factor_products",
    "keep_vectors",
    "make_vector_tables",
    "publish_towers",
    "publish_vectors",
    "restore_vectors",
    "split_blocks",
    "step_count",
    "store_vectors",
    "tower_steps",
]
