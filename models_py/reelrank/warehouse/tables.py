"""Arrow rows as temp tables."""

from collections.abc import Iterable

import duckdb
import pyarrow as pa


def store(con: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    """Make the temp table `name` of Arrow rows."""
    con.register("arrow_rows", rows)
    con.execute(f"create or replace temp table {name} as from arrow_rows")
    con.unregister("arrow_rows")


def store_parts(con: duckdb.DuckDBPyConnection, name: str, parts: Iterable[pa.Table]) -> None:
    """Make the temp table `name` of parts, of which there is at least one, one at a time."""
    for number, rows in enumerate(parts):
        if not number:
            store(con, name, rows)
            continue
        con.register("arrow_rows", rows)
        con.execute(f"insert into {name} by name from arrow_rows")
        con.unregister("arrow_rows")
