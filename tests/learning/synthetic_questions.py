"""Questions of schema main in a little database, as dbt makes them."""

import sys
from pathlib import Path

import duckdb

sys.path.append(str(Path(__file__).parents[1] / "show"))
from synthetic import model  # noqa: E402


def create_questions(con: duckdb.DuckDBPyConnection, *names: str) -> None:
    """Create the questions named."""
    for name in names:
        sql, parameters = model(name)
        con.execute(f"create macro main.{name}({', '.join(parameters)}) as table {sql}")
