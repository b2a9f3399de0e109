"""Take a run from one database to another, whole or not at all."""

from pathlib import Path

import duckdb

from reelrank.errors import UserError
from reelrank.publication.latest import find_run, published_runs
from reelrank.publication.publishing import BESIDE, ORDERS, prepare_results
from reelrank.warehouse.checks import ML_SCHEMA_VERSION, check_results_version
from reelrank.warehouse.connection import CATALOG, attach, open_for_reading
from reelrank.warehouse.sql import has_table, read_sql
from reelrank.warehouse.transactions import in_one_transaction

TABLES = ("runs", *ORDERS, *BESIDE)


def copy_run(source: Path, target: Path, run_id: str | None) -> dict:
    """Copy a run, the latest by default, with all that `source` has kept of it.

    A target that is not there is made, with schema ml alone.

    Returns
    -------
    dict
        The row of ml.runs.

    Raises
    ------
    UserError
        If there is no such run, the target has it or is of other data or another layout.
    """
    if source.exists() and target.exists() and target.samefile(source):
        raise UserError("Both databases are the same file.", "Name another one to copy to.")
    is_new = not target.exists()
    try:
        return _copy_run(source, target, run_id)
    except BaseException:
        if is_new:
            target.unlink(missing_ok=True)
        raise


def _copy_run(source: Path, target: Path, run_id: str | None) -> dict:
    with open_for_reading(source, threads=2, memory_limit="2GB") as con:
        run = find_run(con, run_id)
        con.execute("use memory")
        con.execute(f"detach {CATALOG}")
        attach(con, target, read_only=False)
        check_results_version(con)
        _check_target(con, run)
        with in_one_transaction(con):
            prepare_results(con)
            con.execute(read_sql("publication/beside.sql"))
            con.execute(
                "insert into ml.schema_version select $version"
                " where not exists (from ml.schema_version)", {"version": ML_SCHEMA_VERSION},
            )  # fmt: skip
        attach(con, source, read_only=True, name="source")
        con.execute(f"use {CATALOG}")
        tables = _tables_of_source(con)
        for table in tables:
            _match_columns(con, table)
        with in_one_transaction(con):
            for table in tables:
                con.execute(
                    f"insert into ml.{table} by name from source.ml.{table} where run_id = $run_id",
                    {"run_id": run["run_id"]},
                )
    return run


def _tables_of_source(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Name the tables that the source has; an earlier version had fewer."""
    found = con.execute(
        "select table_name from duckdb_tables()"
        " where database_name = 'source' and schema_name = 'ml'"
    ).fetchall()
    return [table for table in TABLES if (table,) in found]


def _check_target(con: duckdb.DuckDBPyConnection, run: dict) -> None:
    """Refuse a target that has the run already, or whose tables are of another log."""
    if any(other["run_id"] == run["run_id"] for other in published_runs(con)):
        raise UserError(
            f"The target has run {run['run_id']} already.", "Nothing was changed; name another run."
        )
    is_built = has_table(con, "staging", "data_source")
    label = is_built and con.execute("select label from staging.data_source").fetchone()[0]
    if is_built and label != run["data_source"]:
        raise UserError(
            f"The run is of {run['data_source']}, the tables of the target are of {label}.",
            "Copy it to a database of the same log, or to a new file.",
        )


def _match_columns(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Give the target's table the columns of the source's, which may have more metrics."""
    types = {
        catalog: {
            name: kind
            for name, kind, *_ in con.execute(f"describe {catalog}.ml.{table}").fetchall()
        }
        for catalog in ("source", CATALOG)
    }
    is_empty = not con.execute(f"select count(*) from {CATALOG}.ml.{table}").fetchone()[0]
    for name, kind in types["source"].items():
        known = types[CATALOG].get(name)
        if known is None:
            con.execute(f"alter table ml.{table} add column {name} {kind}")
        elif known != kind and is_empty:  # ids that are texts, in a new file
            con.execute(f"alter table ml.{table} alter {name} type {kind}")
        elif known != kind:
            raise UserError(
                f"{name} of ml.{table} is {kind} in one database and {known} in the other.",
                "Copy the run to a database of the same log, or to a new file.",
            )
