"""The loading as dbt compiled it, run again and again in memory over files that change.

A dbt run costs seconds, most of them for reading the project. The SQL that it ran stays valid
while folder, headers and formats of columns stay the same, so it is taken from the database and
from dbt's target folder, and executed directly.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb

RunDbt = Callable[[list[str], dict[str, str]], None]
ROOT = Path(__file__).resolve().parents[2]
KEPT_LINES = 40
# The staging table of a file, its typed view, and how to count the lines in the table.
FILES = {
    "big_matrix": ("stg_interactions", "typed_interactions", "sum(copy_count)"),
    "small_matrix": ("stg_dense_interactions", "typed_dense_interactions", "sum(copy_count)"),
    "item_daily_features": ("stg_video_days", "typed_video_days", "sum(copy_count)"),
    "user_features": ("stg_users", "typed_users", None),
    "item_categories": ("stg_video_tags", "typed_video_tags", None),
    "social_network": ("stg_friendships", "typed_friendships", None),
    "kuairec_caption_category": ("stg_video_captions", "typed_video_captions", None),
}


@dataclass(frozen=True)
class Account:
    """What became of the lines of one file."""

    lines: int
    unreadable: int
    rejected: int
    kept: int
    in_staging: int | None


class Loading:
    """A small source in a folder, and the loading's SQL in memory."""

    def __init__(self, source: Path, home: Path, run_dbt: RunDbt | None = None) -> None:
        self.folder = home / "data"
        self.clean = _small_copy(source, self.folder)
        target = home / "target"
        places = {
            "REELRANK_DATA_DIR": str(self.folder),
            "REELRANK_DB": str(home / "loading.duckdb"),
            "DBT_TARGET_PATH": str(target),
            "DBT_LOG_PATH": str(home / "logs"),
        }
        (run_dbt or _run_dbt)(["--quiet", "run", "-s", "raw", "staging"], places)
        self._views = _views(home / "loading.duckdb")
        compiled = target / "compiled" / "reelrank" / "dbt_project" / "models" / "staging"
        # Ids above nine digits are texts in own logs; typing looks their keys up.
        self._id_keys = (compiled / "id_keys.sql").read_text(encoding="utf-8")
        self._tables = {
            name: (compiled / f"{table}.sql").read_text(encoding="utf-8")
            for name, (table, _typed, counted) in FILES.items()
            if counted
        }

    def account(self, name: str, content: bytes) -> Account:
        """Load a file with this content; the other files are clean.

        Raises
        ------
        duckdb.Error
            If the loading cannot cope with the content, which is a fault of the loading.
        AssertionError
            If something in the content was executed.
        """
        file = self.folder / f"{name}.csv"
        file.write_bytes(content)
        try:
            with duckdb.connect(":memory:") as con:
                return self._account(con, name)
        finally:
            file.write_bytes(self.clean[name])

    def _account(self, con: duckdb.DuckDBPyConnection, name: str) -> Account:
        con.execute("create schema raw")
        con.execute("create schema staging")
        con.execute("create table main.sentinel as select 42 as answer")
        _table, typed, counted = FILES[name]
        for file in FILES:
            con.execute(self._views[f"raw.{file}"])
        con.execute(f"create table staging.id_keys as {self._id_keys}")
        con.execute(self._views[f"staging.{typed}"])
        # fetchall: DuckDB writes down what it refused when a result has been read to its end.
        ((lines,),) = con.execute(f"select count(*) from raw.{name}").fetchall()
        ((rejected, kept),) = con.execute(
            "select count(*) filter (where problem is not null),"
            f" count(*) filter (where problem is null) from staging.{typed}"
        ).fetchall()
        unreadable = _unreadable_lines(con)
        in_staging = None
        if counted:
            found = con.execute(f"select coalesce({counted}, 0) from ({self._tables[name]})")
            in_staging = int(found.fetchone()[0])
        assert con.execute("from main.sentinel").fetchall() == [(42,)]
        return Account(lines, unreadable, rejected, kept, in_staging)


def _unreadable_lines(con: duckdb.DuckDBPyConnection) -> int:
    """Count the lines that DuckDB refused; it makes the table with the first of them."""
    is_there = con.execute("select 1 from duckdb_tables() where table_name = 'reject_errors'")
    if not is_there.fetchone():
        return 0
    return con.execute("select count(distinct line) from reject_errors").fetchone()[0]


def lines_in(content: bytes) -> int:
    """Count the lines behind the header that hold something, without DuckDB."""
    lines = content.replace(b"\r\n", b"\n").split(b"\n")[1:]
    return sum(1 for line in lines if line.strip(b" "))


def _small_copy(source: Path, folder: Path) -> dict[str, bytes]:
    folder.mkdir(parents=True)
    clean = {}
    for name in FILES:
        with (source / f"{name}.csv").open("rb") as file:
            kept = b"".join(islice(file, KEPT_LINES + 1)).replace(b"\r\n", b"\n")
        clean[name] = kept.replace(b"\r", b" ").rstrip(b"\n") + b"\n"
        (folder / f"{name}.csv").write_bytes(clean[name])
    return clean


def _run_dbt(arguments: list[str], places: dict[str, str]) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "dbt.cli.main", *arguments]
    subprocess.run(command, cwd=ROOT, env=os.environ | places, check=True)


def _views(database: Path) -> dict[str, str]:
    """Definitions of the views by their names."""
    with duckdb.connect(str(database), read_only=True) as con:
        found = con.execute(
            "select schema_name || '.' || view_name, sql from duckdb_views()"
            " where schema_name in ('raw', 'staging')"
        ).fetchall()
    return dict(found)
