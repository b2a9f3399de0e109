from pathlib import Path

import duckdb
import pytest
from reelrank.evaluation import evaluate

RANDOM_WORLD = (Path(__file__).parent / "random_world.sql").read_text()


def random_world(threads: int = 2) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(f"set threads = {threads}")
    con.execute("create schema training; create schema staging; create schema features")
    con.execute(RANDOM_WORLD)
    return con


@pytest.fixture(scope="session")
def judged() -> duckdb.DuckDBPyConnection:
    """A random world that has been evaluated; read only."""
    con = random_world()
    evaluate(con, "run", seed=42, resamples=200)
    return con
