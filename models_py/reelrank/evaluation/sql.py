"""The SQL files of the evaluation, one statement each, values always bound."""

from functools import cache
from pathlib import Path

import duckdb

SQL_DIR = Path(__file__).parent / "sql"

Value = str | int | float | list[int] | list[str]


@cache
def text_of(name: str) -> str:
    """Text of `sql/<name>.sql`."""
    return (SQL_DIR / f"{name}.sql").read_text(encoding="utf-8")


def run(con: duckdb.DuckDBPyConnection, name: str, **values: Value) -> None:
    """Execute `sql/<name>.sql` with its `$parameters` bound to `values`."""
    con.execute(text_of(name), values or None)
