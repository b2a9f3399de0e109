import duckdb
import pytest
from reelrank.evaluation.judging import evaluate
from worlds import random_world


@pytest.fixture(scope="session")
def judged() -> duckdb.DuckDBPyConnection:
    """A random world that has been evaluated; read only."""
    con = random_world()
    evaluate(con, "run", seed=42, resamples=200)
    return con
