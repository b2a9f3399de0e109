"""Candidates of several sources in one temp table, added one source at a time.

All of them at once in memory would be the largest thing of a run whose users are many.
"""

import duckdb
import pyarrow as pa

from reelrank.presets.allowed import sources
from reelrank.warehouse.sql import quote_text


def create_candidates(con: duckdb.DuckDBPyConnection, table: str, models: list[str]) -> None:
    """Make an empty temp table with the columns of ml.candidates and the model, one of `models`.

    Names are numbers there: as texts they would be half of the table.
    """
    names = ", ".join(quote_text(name) for name in sorted({*models, *sources()}))
    con.execute(
        f"create or replace temp table {table} (user_id integer, rank smallint, video_id integer,"
        f" score float, source enum ({names}), model enum ({names}))"
    )


def keep_candidates(
    con: duckdb.DuckDBPyConnection, table: str, model: str, found: pa.Table
) -> None:
    """Add what `model` proposed to a table of `create_candidates`."""
    con.register("found_candidates", found)
    con.execute(
        f"insert into {table} by name select *, $model as model from found_candidates",
        {"model": model},
    )
    con.unregister("found_candidates")
