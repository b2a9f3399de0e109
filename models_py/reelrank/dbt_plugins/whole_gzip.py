"""gzip_fault(path) in dbt's SQL: DuckDB reads a cut or damaged .gz without a word."""

from __future__ import annotations

import gzip
import zlib

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

CHUNK = 1 << 20  # bytes


def gzip_fault(path: str) -> str | None:
    """Say what is wrong with a gzip file; None if it is whole.

    Every byte is unpacked and compared with the length and the checksum behind each member
    (RFC 1952, 2.3.1).

    Parameters
    ----------
    path : str
        The file itself, not a pattern.
    """
    try:
        with gzip.open(path) as file:
            while file.read(CHUNK):
                pass
    except EOFError:
        return "it is cut off"
    except (OSError, zlib.error) as error:
        return str(error)
    return None


class Plugin(BasePlugin):
    """Make gzip_fault known to each connection of dbt."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Add the function to a new connection."""
        conn.create_function("gzip_fault", gzip_fault, null_handling="special")
