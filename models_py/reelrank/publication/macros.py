"""The questions that the database file answers by itself, as table macros in schema main."""

from pathlib import Path

import duckdb

from reelrank.errors import UserError


def create_macros(con: duckdb.DuckDBPyConnection) -> None:
    """Create or replace the table macros that ask the results of training.

    Those that ask only what dbt built are made by `dbt run`. Run it inside the publishing
    transaction, after schema.sql: a macro is bound to its tables when it is made.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        An open, writable connection.

    Raises
    ------
    UserError
        If the view main.videos is missing, which `dbt run` makes at its end.
    """
    made = con.execute(
        "select count(*) from duckdb_views() where schema_name = 'main' and view_name = 'videos'"
    ).fetchone()
    if not made or made[0] == 0:
        raise UserError(
            "The view main.videos is missing, which `dbt run` makes at its end.",
            "Run `dbt run`, then train again.",
        )
    con.execute(Path(__file__).with_name("macros.sql").read_text("utf-8"))
