"""SQL that is kept in files beside the modules that run it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # help is printed without any package
    import duckdb

PACKAGE = Path(__file__).resolve().parents[1]


@cache
def read_sql(name: str) -> str:
    """Text of a `.sql` file of this package, such as `embeddings/features.sql`."""
    return (PACKAGE / name).read_text(encoding="utf-8")


def quote_identifier(name: str) -> str:
    """`name` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """`text` as a quoted SQL string, for the few statements that cannot bind values (attach)."""
    return "'" + text.replace("'", "''") + "'"


def has_table(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    """Whether the database in use has a table or view.

    Every command asks this first, and a value that is bound would make DuckDB load pandas.
    """
    found = con.execute(
        "select 1 from information_schema.tables where table_catalog = current_database()"
        f" and table_schema = {quote_text(schema)} and table_name = {quote_text(table)}"
    )
    return found.fetchone() is not None


def rows_of(found: duckdb.DuckDBPyConnection) -> list[dict[str, object]]:
    """Fetch all rows of a query, each by the names of its columns."""
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
