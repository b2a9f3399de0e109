"""Reading for the page: queries in files, one connection for each click, and a cage for SQL."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pandas as pd
from reelrank.warehouse.faults import explain_open_error, first_line

SQL = Path(__file__).with_name("sql")
# given on opening: two clicks at once share what DuckDB has open, which is locked by then
CAGE = {
    "threads": "2",
    "memory_limit": "1GB",
    "enable_external_access": "false",
    "lock_configuration": "true",
}
SECONDS = 10.0
MOST_ROWS = 1_000


@contextmanager
def connection(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection that can read the database and reach nothing else.

    It lasts for one click, so that a training run can publish in between.

    Raises
    ------
    UserError
        If the file cannot be opened, such as while somebody writes it.
    """
    try:
        con = duckdb.connect(str(path), read_only=True, config=CAGE)
    except duckdb.Error as error:
        raise explain_open_error(error, path) from error
    try:
        yield con
    finally:
        con.close()


def read(con: duckdb.DuckDBPyConnection, query: str, /, **values: object) -> pd.DataFrame:
    """Rows of a query in the folder sql."""
    return con.execute((SQL / f"{query}.sql").read_text("utf-8"), values or None).df()


def ask(con: duckdb.DuckDBPyConnection, query: str, seconds: float = SECONDS) -> tuple:
    """Answer a query of the user: rows, seconds, and what is wrong, in words, or None.

    Parameters
    ----------
    seconds : float
        After them the query is stopped.

    Returns
    -------
    rows : pandas.DataFrame
        At most `MOST_ROWS`.
    took : float
    problem : str or None
    """
    began = time.monotonic()
    timer = threading.Timer(seconds, con.interrupt)
    timer.start()
    try:
        found = con.execute(query)
        names = [column[0] for column in found.description or []]
        rows = pd.DataFrame(found.fetchmany(MOST_ROWS), columns=names)
        return rows, time.monotonic() - began, None
    except duckdb.InterruptException:
        words = f"The query was stopped after {seconds:.0f} s. Ask for less, with a limit."
        return pd.DataFrame(), time.monotonic() - began, words
    except duckdb.Error as error:
        return pd.DataFrame(), time.monotonic() - began, first_line(error)
    finally:
        timer.cancel()
