"""What judging reads: rows, catalogue and facts of the videos, made and read once."""

from dataclasses import dataclass

import duckdb

from reelrank.evaluation.catalogue import Catalogue, read_catalogue
from reelrank.evaluation.results import Results
from reelrank.evaluation.rows import JudgedRows, read_rows
from reelrank.evaluation.shown import VideoFacts, read_facts
from reelrank.warehouse.sql import read_sql


@dataclass(frozen=True)
class Judge:
    """What every step reads, and where it leaves what it finds."""

    con: duckdb.DuckDBPyConnection
    seed: int
    rows: JudgedRows
    catalogue: Catalogue
    facts: VideoFacts
    results: Results


def prepare(con: duckdb.DuckDBPyConnection, seed: int) -> Judge:
    """Make and read the tables that every ordering reads."""
    catalogue = read_catalogue(con, seed)
    _cut_factors(con)
    rows = read_rows(con, catalogue.videos, seed)
    con.execute(read_sql("evaluation/sql/user_residuals.sql"))
    return Judge(con, seed, rows, catalogue, read_facts(con, catalogue), Results())


def _cut_factors(con: duckdb.DuckDBPyConnection) -> None:
    """Make judge_user_factors and judge_video_factors, without the zeros that pad the vectors."""
    (width,) = con.execute(
        "select coalesce(max(place), 1) from ("
        "select unnest(factors::float[]) as factor,"
        " generate_subscripts(factors::float[], 1) as place from run_video_factors"
        ") where factor != 0"
    ).fetchone()
    for name in ("user", "video"):
        con.execute(
            f"create or replace temp table judge_{name}_factors as select {name}_id,"
            f" factors[1:{width}]::float[{width}] as factors from run_{name}_factors"
        )


def proposers(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """Names of the proposers in a table of candidates."""
    return [name for (name,) in con.table(table).select("model").distinct().order("1").fetchall()]
