"""One folder and one database that the staging tests load again and again."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
from staging_sources import Source


@dataclass(frozen=True)
class Loading:
    """One folder and one database, always under the same names, so that dbt parses once."""

    data_dir: Path
    db: Path
    run_dbt: Callable[..., subprocess.CompletedProcess[str]]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run_dbt(
            *arguments, data_dir=self.data_dir, db=self.db, target=self.data_dir.parent / "target"
        )

    def load(self, source: Source | None, *options: str) -> subprocess.CompletedProcess[str]:
        """Load a source (None: no folder at all) into raw and staging as `dbt run` does."""
        shutil.rmtree(self.data_dir, ignore_errors=True)
        if source:
            source.write(self.data_dir)
        return self.run("run", "-s", "raw", "staging", *options)

    def load_well(self, source: Source, *options: str) -> duckdb.DuckDBPyConnection:
        """Load a source from nothing, which must succeed; return the database in memory."""
        self.db.unlink(missing_ok=True)
        process = self.load(source, *options)
        assert process.returncode == 0, process.stdout
        return self.read()

    def read(self) -> duckdb.DuckDBPyConnection:
        """Copy the staging tables into memory, so that the file can be loaded again."""
        con = duckdb.connect()
        path = str(self.db).replace("'", "''")
        con.execute(f"attach '{path}' as built (read_only)")
        tables = con.execute(
            "select table_name from duckdb_tables() where database_name = 'built'"
            " and schema_name = 'staging'"
        ).fetchall()
        con.execute("create schema staging")
        for (table,) in tables:
            con.execute(f"create table staging.{table} as from built.staging.{table}")
        con.execute("detach built")
        return con
