"""Which features of the past differ between two databases built from one past."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

ROW_KEYS = "user_id, video_id, event_unix_ms, nth_watch"


@dataclass(frozen=True)
class Feature:
    """A feature of the catalog and whether it changed with the future."""

    name: str
    is_declared_leaky: bool
    changed_rows: int


def changed_features(honest: Path, tampered: Path, last_day: str) -> list[Feature]:
    """Compare every feature of the train rows asked as of `last_day` or before, bit by bit.

    Parameters
    ----------
    honest, tampered : Path
        Databases that `dbt run` built.
    last_day : str
        `YYYY-MM-DD`: the first day whose events were tampered with. A feature as of this day
        may know the days before it only.

    Returns
    -------
    list of Feature
        One per feature of the catalog that dbt computes.
    """
    with duckdb.connect() as con:
        features = _copy_past(con, honest, "honest_rows", last_day)
        _copy_past(con, tampered, "tampered_rows", last_day)
        rows = _compare(con, [name for name, _ in features])
    return [
        Feature(name, is_leaky, changed)
        for (name, is_leaky), changed in zip(features, rows, strict=True)
    ]


def _copy_past(
    con: duckdb.DuckDBPyConnection, database: Path, table: str, last_day: str
) -> list[tuple[str, bool]]:
    """Copy the train rows of the past; return the features, each with whether it may leak."""
    # views of a database name it `reelrank`, whatever the file is called
    con.execute(f"attach {_literal(database)} as reelrank (read_only)")
    features = con.execute(
        "select feature_name, is_leaky from reelrank.training.feature_catalog "
        "where source_model <> 'ml.embedding_features' order by feature_name"
    ).fetchall()
    columns = ", ".join(f'"{name}" as "f_{name}"' for name, _ in features)
    con.execute(
        f"create temp table {table} as select {ROW_KEYS}, {columns} "
        "from reelrank.training.ranker_rows "
        "where dataset = 'train' and as_of_date <= cast($day as date)",
        {"day": last_day},
    )
    con.execute("detach reelrank")
    return features


def _compare(con: duckdb.DuckDBPyConnection, names: list[str]) -> tuple[int, ...]:
    """Count the rows in which each feature differs; rows must pair up without remainder."""
    counts = ", ".join(
        f'count(*) filter (where honest_rows."f_{name}" is distinct from tampered_rows."f_{name}")'
        for name in names
    )
    # the label of a tampered day decides nothing about order, so keys pair up one to one
    row = con.execute(
        f"select count(*), {counts} from honest_rows inner join tampered_rows using ({ROW_KEYS})"
    ).fetchone()
    total = con.execute("select count(*) from honest_rows").fetchone()[0]
    if row[0] != total or total == 0:
        raise AssertionError(f"{row[0]} of {total} rows of the past pair up")
    return row[1:]


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
