"""`reelrank train --lake DIR`: a database with the tables that Spark built."""

from datetime import datetime
from pathlib import Path

import duckdb
from reelrank.errors import UserError

from reelrank_cli.pipeline.dbt_build import run_dbt

# Questions are DuckDB's own; the views of a lake are known to its catalog alone.
BUILT_HERE = ("config.materialized:view", "config.materialized:table_function")
NOT_IN_A_LAKE = ("path:dbt_project/models/raw", "path:dbt_project/models/staging")


def read_lake(lake: Path, database: Path, most_users: int) -> datetime:
    """Read the tables of a lake, and what depends on them; gives when it was built.

    Of more users than `most_users` about that many are drawn; what is known of videos rests on
    everybody.

    Raises
    ------
    UserError
        If the lake is not whole, or the database has tables of its own.
    """
    built_at = lake_built_at(lake)
    users = duckdb.execute(
        "select count(*) from read_parquet($1)", [f"{lake}/staging.db/stg_users/*.parquet"]
    ).fetchone()[0]
    run_dbt(
        ["run", "--select", *BUILT_HERE, "--exclude", *NOT_IN_A_LAKE],
        lake,
        database,
        {"lake": str(lake.resolve()), "lake_user_share": min(most_users / max(users, 1), 1)},
    )
    return built_at


def lake_built_at(lake: Path) -> datetime:
    """Read when the last build of a lake finished."""
    try:
        found = duckdb.execute(
            "select finished_at from read_parquet($1)", [f"{lake}/staging.db/build_state/*.parquet"]
        ).fetchone()
    except duckdb.IOException as error:
        raise UserError(
            f"{lake} is no lake, or its last build did not finish.",
            "Build it (again): bash scripts/spark.sh run",
        ) from error
    return found[0]


def check_lake_unchanged(lake: Path, built_at: datetime) -> None:
    """Raise UserError if the tables were built again since."""
    if lake_built_at(lake) != built_at:
        raise UserError(
            f"{lake} was built again while this run was trained on its earlier tables; nothing "
            "was published.",
            "Train again.",
        )
