"""file_fault(path) in dbt's SQL: DuckDB reads a cut or damaged .gz without a word."""

from __future__ import annotations

import gzip
import zlib

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from dbt.adapters.duckdb.plugins import BasePlugin

CHUNK = 1 << 20  # bytes


def file_fault(path: str) -> str | None:
    """Say what is wrong with a compressed or Parquet file; None if it is whole.

    Every byte of a .gz or .zst is unpacked and compared with the length and the checksum behind
    it (RFC 1952, 2.3.1; RFC 8878, 3.1.1); of a Parquet file the footer is read.

    Parameters
    ----------
    path : str
        The file itself, not a pattern.
    """
    try:
        if path.endswith(".gz"):
            with gzip.open(path) as file:
                while file.read(CHUNK):
                    pass
        elif path.endswith(".zst"):
            with pa.CompressedInputStream(pa.OSFile(path), "zstd") as file:
                while file.read(CHUNK):
                    pass
        elif path.lower().endswith(".parquet"):
            pq.ParquetFile(path).close()
    except EOFError:
        return "it is cut off"
    except (OSError, zlib.error, pa.ArrowException) as error:
        return str(error)
    return None


class Plugin(BasePlugin):
    """Make file_fault known to each connection of dbt."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Add the function to a new connection."""
        conn.create_function("file_fault", file_fault, null_handling="special")
