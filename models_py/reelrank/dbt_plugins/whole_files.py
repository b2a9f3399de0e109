"""What DuckDB does not say of a file, as functions in dbt's SQL: is it whole, how is it encoded."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from pathlib import Path
from typing import BinaryIO

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
        if path.endswith((".gz", ".zst")):
            with _unpacked(path) as file:
                while file.read(CHUNK):
                    pass
        elif path.lower().endswith(".parquet"):
            pq.ParquetFile(path).close()
    except EOFError:
        return "it is cut off"
    except (OSError, zlib.error, pa.ArrowException) as error:
        return str(error)
    return None


def text_encoding(path: str) -> str:
    """Name the encoding of a text file, as DuckDB or iconv call it, by its first megabyte.

    UTF-16 shows its mark or its zeros. What is not UTF-8 in most of the lines beyond ASCII is
    latin-1, or Windows-1252 where it has characters between 0x80 and 0x9f; a single damaged line
    among others makes none of it.

    Parameters
    ----------
    path : str
        The file itself, not a pattern.
    """
    with _unpacked(path) as file:
        head = file.read(CHUNK)
    if head.startswith(codecs.BOM_UTF16_BE) or head[:1] == b"\0" != head[1:2]:
        return "UTF-16BE"
    if head.startswith(codecs.BOM_UTF16_LE) or head[1:2] == b"\0" != head[:1]:
        return "utf-16"
    beyond = [line for line in head.split(b"\n")[:-1] or [head] if not line.isascii()]
    faulty = [line for line in beyond if "\ufffd" in line.decode("utf-8", "replace")]
    if 2 * len(faulty) <= len(beyond):
        return "utf-8"
    return "CP1252" if re.search(rb"[\x80-\x9f]", b"".join(faulty)) else "latin-1"


def _unpacked(path: str) -> BinaryIO:
    if path.endswith(".gz"):
        return gzip.open(path)
    if path.endswith(".zst"):
        return pa.CompressedInputStream(pa.OSFile(path), "zstd")
    return Path(path).open("rb")


class Plugin(BasePlugin):
    """Make these functions known to each connection of dbt."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Add the functions to a new connection."""
        for function in (file_fault, text_encoding):
            conn.create_function(function.__name__, function, null_handling="special")
