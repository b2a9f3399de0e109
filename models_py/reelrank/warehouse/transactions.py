"""Results are replaced as a whole, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from reelrank.errors import UserError

# what DuckDB raises where it cannot write; a commit that a full disk stops, the last of them
CANNOT_WRITE = (
    duckdb.IOException,
    duckdb.OutOfMemoryException,
    duckdb.FatalException,
    duckdb.TransactionException,
)


@contextmanager
def in_one_transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit what the body writes.

    Raises
    ------
    UserError
        If DuckDB cannot write, if the disk is full, for example; nothing has changed then.
    """
    try:
        con.execute("begin")
        yield
        con.execute("commit")
    except CANNOT_WRITE as error:
        raise UserError(
            f"The results could not be written: {str(error).splitlines()[0]}",
            "Make room or raise --memory-limit, then run this again; earlier results are intact.",
        ) from error
