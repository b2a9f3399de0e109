"""Check that the database is complete and of the layout this code knows; read its source."""

from dataclasses import dataclass
from datetime import date, datetime

import duckdb

from reelrank.errors import UserError
from reelrank.warehouse.sql import has_table

BUILD_SCHEMA_VERSION = 1  # staging.build_state.schema_version, written by dbt
ML_SCHEMA_VERSION = 3  # ml.schema_version, written by publication

NEEDED_TABLES = (
    ("staging", "data_source"),
    ("staging", "stg_users"),
    ("training", "split_boundary"),
    ("training", "interactions"),
    ("training", "cutoffs"),
    ("training", "cutoff_videos"),
    ("training", "log_findings"),
    ("training", "dense_interactions"),
    ("training", "als_confidences"),
    ("training", "ranker_moments"),
    ("training", "feature_catalog"),
    ("features", "video_profiles"),
)
NEEDED_MACROS = ("ranker_features", "duration_step", "long_view_steps")  # of schema training


@dataclass(frozen=True)
class Source:
    """What was loaded: label for people, kind for code, counts and the train boundary."""

    label: str
    kind: str
    data_dir: str
    built_at: datetime
    boundary_at: datetime
    boundary_on: date
    row_counts: dict[str, int]

    @property
    def is_simulated(self) -> bool:
        """Whether the log was simulated, which every result must then say."""
        return self.kind == "simulated"


def check_ready(con: duckdb.DuckDBPyConnection) -> None:
    """Raise UserError unless dbt finished, every table is there, and the log makes sense."""
    _check_versions(con)
    missing = [".".join(table) for table in NEEDED_TABLES if not has_table(con, *table)]
    if missing:
        raise UserError(f"The database has no table {', '.join(missing)}.", "Run: dbt run")
    macros = con.execute(
        "select distinct function_name from duckdb_functions()"
        " where database_name = current_database() and schema_name = 'training'"
    ).fetchnumpy()["function_name"]
    if missing := [name for name in NEEDED_MACROS if name not in macros]:
        raise UserError(
            f"The database has no macro training.{', training.'.join(missing)}: another version"
            " built it.",
            "Run: dbt run",
        )
    found = con.execute(
        "select message, remedy from training.log_findings where severity = 'error'"
        " order by position, message limit 1"
    ).fetchone()
    if found:
        raise UserError(*found)


def warnings_about_log(con: duckdb.DuckDBPyConnection) -> list[str]:
    """List what to know about the log before believing its results, in words."""
    rows = con.execute(
        "select message || ' ' || remedy from training.log_findings where severity = 'warning'"
        " order by position, message"
    ).fetchall()
    return [words for (words,) in rows]


def check_unchanged(con: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Raise UserError if dbt rebuilt the tables since `source` was read from them."""
    if _built_at(con) != source.built_at:
        raise UserError(
            "dbt rebuilt the tables while this run was trained on the earlier ones; nothing was "
            "published.",
            "Train again on the new tables: python models_py/train.py",
        )


def read_source(con: duckdb.DuckDBPyConnection) -> Source:
    """Read the label of the data, its counts and the train boundary."""
    kind, label, data_dir = con.execute(
        "select kind, label, data_dir from staging.data_source"
    ).fetchone()
    built_at = _built_at(con)
    boundary = con.execute(
        "select boundary_at, boundary_on, interaction_count, train_count"
        " from training.split_boundary"
    ).fetchone()
    if boundary is None:
        raise UserError(
            "Table training.split_boundary is empty: no event is train or holdout.",
            "Build them again: dbt run, or bash scripts/spark.sh run where Spark built them.",
        )
    boundary_at, boundary_on, rows, train = boundary
    dense = con.execute("select count(*) from training.dense_interactions").fetchone()[0]
    users = con.execute("select count(*) from staging.stg_users").fetchone()[0]
    videos = con.execute("select count(*) from features.video_profiles").fetchone()[0]
    return Source(
        label=label,
        kind=kind,
        data_dir=data_dir,
        built_at=built_at,
        boundary_at=boundary_at,
        boundary_on=boundary_on,
        row_counts={
            "train": train,
            "holdout": rows - train,
            "dense": dense,
            "users": users,
            "videos": videos,
        },
    )


def _check_versions(con: duckdb.DuckDBPyConnection) -> None:
    if not has_table(con, "staging", "build_state"):
        raise UserError("dbt has not built this database.", "Run: dbt run")
    is_complete, version = con.execute(
        "select is_complete, schema_version from staging.build_state"
    ).fetchone()
    if version != BUILD_SCHEMA_VERSION:
        raise UserError(
            f"The tables were built by another version of the project (layout {version}, "
            f"this one reads layout {BUILD_SCHEMA_VERSION}).",
            "Build them again: dbt run",
        )
    if not is_complete:
        raise UserError("The last dbt run did not finish.", "Run it again: dbt run")
    check_results_version(con)


def check_results_version(con: duckdb.DuckDBPyConnection) -> None:
    """Raise UserError if schema ml has another layout than this code reads and writes."""
    if not has_table(con, "ml", "schema_version"):
        return
    found = con.execute("select max(version) from ml.schema_version").fetchone()[0]
    if found not in (None, ML_SCHEMA_VERSION):
        raise UserError(
            f"Schema ml was written by another version of the project (layout {found}, "
            f"this one reads and writes layout {ML_SCHEMA_VERSION}).",
            "Keep the file as an archive and build a new one with --db, or remove the old "
            'results: duckdb <file> "drop schema ml cascade"',
        )


def _built_at(con: duckdb.DuckDBPyConnection) -> datetime | None:
    """When dbt finished; None while it works or if it never did."""
    return con.execute("select max(finished_at::timestamp) from staging.build_state").fetchone()[0]
