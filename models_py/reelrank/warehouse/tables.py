"""Arrow rows as temp tables."""

import duckdb
import pyarrow as pa


def store(con: duckdb.DuckDBPyConnection, name: str, rows: pa.Table) -> None:
    """Make the temp table `name` of Arrow rows."""
    con.register("arrow_rows", rows)
    con.execute(f"create or replace temp table {name} as from arrow_rows")
    con.unregister("arrow_rows")
