"""Time blocks of the train part: from one instant to the next, with about equally many events."""

from dataclasses import dataclass
from itertools import pairwise

import duckdb

from reelrank.warehouse.sql import has_table, read_sql


@dataclass(frozen=True)
class Blocks:
    """Blocks of train, numbered from 0; block `len(starts)` means after train.

    Attributes
    ----------
    starts : list of int
        The first instant of each block, in Unix ms: its vectors know only events before it.
    row_counts : list of int
        Events of each block.
    at_cutoffs : frozenset of int
        Blocks that start at a cut-off of training.cutoffs.
    """

    starts: list[int]
    row_counts: list[int]
    at_cutoffs: frozenset[int] = frozenset()

    @property
    def after_train(self) -> int:
        """The block of everything that is not train: its vectors know all of train."""
        return len(self.starts)

    def start(self, block: int) -> int | None:
        """Give the instant before which the vectors of a block end; None after train."""
        return None if block == self.after_train else self.starts[block]

    def at(self, unix_ms: int) -> int:
        """Give the latest block whose vectors knew nothing from `unix_ms` on."""
        return max([0, *(block for block, start in enumerate(self.starts) if start <= unix_ms)])

    def first_of_latest(self, share: float) -> int:
        """Give the first block of the latest `share` of train, in whole blocks."""
        earlier = (1 - share) * sum(self.row_counts)
        return max(
            block for block in range(self.after_train) if sum(self.row_counts[:block]) <= earlier
        )


def split_blocks(con: duckdb.DuckDBPyConnection, count: int) -> Blocks:
    """Split train at starts of days into at most `count` blocks of about equally many events.

    Every cut-off of training.cutoffs starts a block too.
    """
    days = con.execute(read_sql("embeddings/days.sql")).fetchall()
    total = sum(rows for _, rows in days)
    chosen: set[int] = set()
    done = 0
    for start, rows in days:
        if done * count >= len(chosen) * total:
            chosen.add(start)
        done += rows
    cutoffs = _cutoffs_after(con, days[0][0])
    starts = sorted(chosen | cutoffs)
    through = [_count_before(con, start) for start in starts] + [total]
    return Blocks(
        starts,
        [later - earlier for earlier, later in pairwise(through)],
        frozenset(map(starts.index, cutoffs)),
    )


def _count_before(con: duckdb.DuckDBPyConnection, start: int) -> int:
    found = con.execute(
        "select count(*) from training.interactions"
        " where split = 'train' and event_unix_ms < $start",
        {"start": start},
    )
    return found.fetchone()[0]


def _cutoffs_after(con: duckdb.DuckDBPyConnection, first: int) -> set[int]:
    """Cut-offs within train that something happened before."""
    if not has_table(con, "training", "cutoffs"):
        return set()
    found = con.execute(
        "select cutoff_unix_ms from training.cutoffs"
        " where not is_boundary and cutoff_unix_ms > $first",
        {"first": first},
    )
    return {cutoff for (cutoff,) in found.fetchall()}
