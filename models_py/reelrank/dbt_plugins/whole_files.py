"""What DuckDB does not do with a file, as functions in dbt's SQL: is it whole, is it UTF-8."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import os
import zlib
from pathlib import Path
from typing import BinaryIO

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin

CHUNK = 1 << 20  # bytes
# how files begin that are not text
BEGINNINGS = {
    b"\x1f\x8b": "gzip (.gz)", b"\x28\xb5\x2f\xfd": "Zstandard (.zst)", b"PAR1": "Parquet",
    b"PK\x03\x04": "a zip archive or a spreadsheet",
}  # fmt: skip


def file_fault(path: str) -> str | None:
    """Say what is wrong with a file; None if it is whole.

    Every byte of a .gz or .zst is unpacked and compared with the length and the checksum behind
    it (RFC 1952, 2.3.1; RFC 8878, 3.1.1); of a Parquet file the footer is read, of a text file
    whether it is one of these under another name.

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
            return _parquet_fault(path)
        else:
            with Path(path).open("rb") as file:
                head = file.read(4)
            kinds = [kind for begin, kind in BEGINNINGS.items() if head.startswith(begin)]
            return f"it is {kinds[0]}" if kinds else None
    except EOFError:
        return "it is cut off"
    except (OSError, zlib.error) as error:
        return str(error)
    return None


def _parquet_fault(path: str) -> str | None:
    import pyarrow.parquet as pq  # slow to load, and few sources have such files
    from pyarrow import ArrowException

    try:
        pq.ParquetFile(path).close()
    except (OSError, ArrowException) as error:
        return str(error)
    return None


def file_stamp(path: str) -> str:
    """Give size in bytes and time of the last change; a file with both as before is as it was."""
    facts = Path(path).stat()
    return f"{facts.st_size} {facts.st_mtime_ns}"


def project_checksum(folder: str) -> str:
    """Hash all that a table is made by: the SQL and YAML of the dbt project, and this folder."""
    root, here = Path(folder), Path(__file__).parent
    files = [root / "dbt_project.yml", *root.glob("dbt_project/**/*.*"), *here.glob("*.py")]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(f"{file.name}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def text_encoding(path: str) -> str:
    """Name the encoding of a text file, as Python calls it, by its first megabyte beyond ASCII.

    UTF-16 and UTF-32 show their mark, UTF-16 also its zeros. What is not UTF-8 in most of the
    lines beyond ASCII is taken for Windows-1252, which has all letters of Latin-1; a single
    damaged line among others makes none of it.

    Parameters
    ----------
    path : str
        The file itself, not a pattern.
    """
    with _unpacked(path) as file:
        head = file.read(CHUNK)
        if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
            return "utf-32"
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if b"\0" in head[:2]:
            return "utf-16-be" if head[:1] == b"\0" else "utf-16-le"
        while head and head.isascii():
            head = file.read(CHUNK)
    beyond = [line for line in head.split(b"\n")[:-1] or [head] if not line.isascii()]
    faulty = ["\ufffd" in line.decode("utf-8", "replace") for line in beyond]
    return "cp1252" if 2 * sum(faulty) > len(beyond) else "utf-8"


def utf8_copy(path: str, encoding: str, folder: Path) -> str | None:
    """Give a file that says the same in UTF-8: the file itself, or a copy; None of no encoding.

    A byte that the encoding does not have stays one that UTF-8 does not have either, so that
    its line is rejected as it would be in a UTF-8 file.

    Parameters
    ----------
    path : str
        The file itself, not a pattern.
    encoding : str
        As Python calls it: https://docs.python.org/3/library/codecs.html#standard-encodings
    folder : Path
        Where copies are; one as old as its file is used again.
    """
    try:
        "".encode(encoding)
    except LookupError:
        return None
    if codecs.lookup(encoding).name in ("utf-8", "utf-8-sig", "ascii"):
        return path
    name = hashlib.sha256(f"{encoding} {path}".encode("utf-8", "surrogateescape")).hexdigest()
    copy, written_at = folder / f"{name[:16]}.csv", Path(path).stat().st_mtime_ns
    if not copy.exists() or copy.stat().st_mtime_ns != written_at:
        folder.mkdir(exist_ok=True)
        part = copy.with_suffix(".part")
        decoder = codecs.getincrementaldecoder(encoding)("undecodable")
        with _unpacked(path) as source, part.open("wb") as target:
            chunk = b"begin"
            while chunk:
                chunk = source.read(CHUNK)
                text = decoder.decode(chunk, final=not chunk)
                target.write(text.encode("utf-8", "surrogateescape"))
        os.utime(part, ns=(written_at, written_at))
        part.replace(copy)
    return str(copy)


# A lone surrogate, which surrogateescape writes as the byte 0xff.
codecs.register_error("undecodable", lambda error: ("\udcff", error.end))


def _unpacked(path: str) -> BinaryIO:
    if path.endswith(".gz"):
        return gzip.open(path)
    if path.endswith(".zst"):
        from pyarrow import CompressedInputStream, OSFile

        return CompressedInputStream(OSFile(path), "zstd")
    return Path(path).open("rb")


class Plugin(BasePlugin):
    """Make these functions known to each connection of dbt."""

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Add the functions to a new connection."""
        folder = Path(f"{self.creds.attach[0].path}.utf8")
        conn.create_function("file_fault", file_fault, null_handling="special")
        conn.create_function("file_stamp", file_stamp)
        conn.create_function("project_checksum", project_checksum)
        conn.create_function("text_encoding", text_encoding)
        conn.create_function(
            "utf8_copy",
            lambda path, encoding: utf8_copy(path, encoding, folder),
            ["VARCHAR", "VARCHAR"],
            "VARCHAR",
            null_handling="special",
        )
