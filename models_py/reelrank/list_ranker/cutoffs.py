"""The instants at which lists are made."""

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Cutoff:
    """One row of training.cutoffs; times in Unix ms, `labels_until_ms` None at the boundary."""

    number: int
    unix_ms: int
    labels_until_ms: int | None
    is_boundary: bool


def read_cutoffs(con: duckdb.DuckDBPyConnection) -> list[Cutoff]:
    """Read all cut-offs in time; the boundary is the last."""
    rows = con.execute(
        "select cutoff, cutoff_unix_ms, labels_until_unix_ms, is_boundary"
        " from training.cutoffs order by cutoff"
    ).fetchall()
    return [Cutoff(*row) for row in rows]
