"""What judging reads: rows, catalogue and facts of the videos, made and read once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

import duckdb

from reelrank.evaluation.catalogue import Catalogue, read_catalogue
from reelrank.evaluation.results import Results
from reelrank.evaluation.rows import JudgedRows, read_rows
from reelrank.evaluation.shown import VideoFacts, read_facts
from reelrank.threads import in_order
from reelrank.warehouse.sql import read_sql

Item = TypeVar("Item")


@dataclass(frozen=True)
class Judge:
    """What every step reads, and where it leaves what it finds."""

    con: duckdb.DuckDBPyConnection
    seed: int
    rows: JudgedRows
    catalogue: Catalogue
    facts: VideoFacts
    results: Results

    @property
    def threads(self) -> int:
        """Threads of the connection, and of the work beside it."""
        return self.con.execute("select current_setting('threads')").fetchone()[0]

    def judge_each(self, work: Callable[["Judge", Item], None], items: Iterable[Item]) -> None:
        """Judge items in threads; the results are in the order of the items.

        Parameters
        ----------
        work : callable
            Judges an item, without the connection, into the results of the judge it is given.
        items : iterable
            What reading them from the database takes happens in this thread.
        """

        def apart(item: Item) -> Results:
            judge = replace(self, results=Results())
            work(judge, item)
            return judge.results

        for found in in_order(apart, items, self.threads):
            self.results.add(found)


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
