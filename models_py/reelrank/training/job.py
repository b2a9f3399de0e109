"""What every step of a training needs."""

from dataclasses import dataclass

import duckdb

from reelrank.costs import make_costs
from reelrank.embeddings import Blocks, split_blocks
from reelrank.presets import Preset
from reelrank.ranker import Feature


@dataclass(frozen=True)
class Job:
    """What every step needs."""

    con: duckdb.DuckDBPyConnection
    preset: Preset
    features: list[Feature]
    blocks: Blocks
    seed: int
    threads: int

    @property
    def first_block(self) -> int:
        """The first block whose rows the ranker learns from: vectors know it, if any."""
        first = self.blocks.first_of_latest(self.preset.ranker.recent_share)
        has_vectors = self.preset.embeddings is not None and self.blocks.after_train > 1
        return max(first, 1) if has_vectors else first


def start_job(
    con: duckdb.DuckDBPyConnection,
    preset: Preset,
    features: list[Feature],
    seed: int,
    threads: int,
) -> Job:
    """Split train into the preset's time blocks."""
    make_costs(con)
    count = preset.embeddings.blocks if preset.embeddings else 1
    return Job(con, preset, features, split_blocks(con, count), seed, threads)
