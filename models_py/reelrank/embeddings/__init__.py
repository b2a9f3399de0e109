"""ALS vectors as features: every event sees only vectors learned before its block of days."""

from reelrank.embeddings.blocks import Blocks, split_days
from reelrank.embeddings.vectors import make_vector_tables, publish_vectors, restore_vectors

__all__ = ["Blocks", "make_vector_tables", "publish_vectors", "restore_vectors", "split_days"]
