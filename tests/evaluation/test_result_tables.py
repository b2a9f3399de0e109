"""Empty results have the columns that are published, and those of new metrics."""

import duckdb
from reelrank.evaluation import results
from reelrank.evaluation.ranking import METRICS


def columns(con: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    return con.table(table).columns


def test_a_metric_that_no_table_knows_yet_gets_a_column(monkeypatch):
    monkeypatch.setattr(results, "METRICS", (*METRICS, "newest"))
    with duckdb.connect() as con:
        results.create_result_tables(con)
        assert columns(con, "run_user_metrics")[-1] == "newest"
        assert columns(con, "run_user_metrics")[-2] == METRICS[-1]


def test_true_chances_have_the_keys_of_metrics_and_one_value():
    with duckdb.connect() as con:
        results.create_result_tables(con)
        assert columns(con, "run_user_chances") == [
            "run_id", "protocol", "relevance", "model", "user_id", "k", "true_chance",
        ]  # fmt: skip
        made = {name for (name,) in con.execute("show tables").fetchall()}
    assert made == {f"run_{name}" for name in (*results.TABLES, "user_chances")}
