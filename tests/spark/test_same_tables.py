"""The same models on Spark and on DuckDB give the same tables, and the same learning."""

import importlib.util
import json
import os
import re
import shutil
import sys
from pathlib import Path

import duckdb
import pytest
from reelrank.warehouse.sql import quote_text, read_sql
from workbench import command, train

HERE = Path(__file__).parent
pytestmark = [
    pytest.mark.slow,
    pytest.mark.longest,
    pytest.mark.skipif(
        not (
            importlib.util.find_spec("pyspark") and importlib.util.find_spec("dbt.adapters.spark")
        ),
        reason="needs requirements-spark.txt (dbt-spark, pyspark)",
    ),
    pytest.mark.skipif(not shutil.which("java"), reason="needs a Java (17) in PATH"),
]
left_out_of_short = pytest.mark.skipif(
    os.environ.get("SPARK_TESTS") == "short", reason="SPARK_TESTS=short leaves it out"
)
# What belongs to the engine: its own hash of lines, and what it would know a changed file by.
OWN_COLUMNS = {"file_days": {"checksum", "stamp"}}
# Sums of whole numbers are 128 bits wide in DuckDB, 64 in Spark.
SAME_TYPES = {("HUGEINT", "BIGINT")}


@pytest.fixture(scope="module")
def lake(job, tmp_path_factory) -> Path:
    """What Spark builds of the files of the job."""
    folder = tmp_path_factory.mktemp("engines")
    ended = command(
        *(sys.executable, HERE / "make_lake.py", folder / "lake"),
        timeout=3600,
        REELRANK_LAKE=folder / "lake",
        REELRANK_DATA_DIR=job.data,
        REELRANK_DB=job.database,
        REELRANK_SPARK_PARTITIONS=1,
        PYSPARK_PYTHON=sys.executable,
        DBT_TARGET_PATH=folder / "target",
        DBT_LOG_PATH=folder / "logs",
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    (folder / "said").write_text(ended.stdout, "utf-8")
    return folder / "lake"


@pytest.fixture(scope="module")
def engines(job, lake) -> duckdb.DuckDBPyConnection:
    """DuckDB with both: database `local`, and schemas of views over what Spark wrote."""
    con = duckdb.connect()
    con.execute(f"attach {quote_text(str(job.database))} as local (read_only)")
    for table in lake.glob("*.db/*"):
        schema = table.parent.stem
        if schema != "ml":
            con.execute(f"create schema if not exists {schema}")
            con.execute(f"create view {schema}.{table.name} as from '{table}/**/*.parquet'")
    return con


def test_every_relation_has_the_same_columns_and_rows_on_both_engines(engines):
    engines.execute("use local")
    relations = engines.execute(
        "select distinct schema_name, table_name from duckdb_columns()"
        " where database_name = 'local' and table_name != 'build_state'"
        " and schema_name in ('raw', 'staging', 'features', 'training') order by all"
    ).fetchall()
    engines.execute("use memory")
    assert len(relations) >= 67
    wrong = {}
    for schema, table in relations:
        found = differences(engines, schema, table)
        if found:
            wrong[f"{schema}.{table}"] = found
    assert not wrong


@left_out_of_short
def test_dbt_test_passes_on_spark(lake):
    passes = lake.with_name("tests_pass").read_text("utf-8")
    assert passes == "True", lake.with_name("said").read_text("utf-8")


def test_training_on_a_lake_gives_the_metrics_of_training_on_duckdb(job, lake, tmp_path):
    database = tmp_path / "lake.duckdb"
    ended = train(database, "--lake", str(lake))
    assert ended.returncode == 0, ended.stderr
    with duckdb.connect() as con:
        con.execute(f"attach {quote_text(str(job.database))} as local (read_only)")
        con.execute(f"attach '{database}' as of_lake (read_only)")
        of_local, of_lake = (
            con.execute(
                "select * exclude (run_id) replace (printf('%.11e', value) as value,"
                " printf('%.11e', ci_low) as ci_low, printf('%.11e', ci_high) as ci_high)"
                f" from {name}.ml.metrics"
                f" where run_id = (select run_id from {name}.ml.latest_run) order by all"
            ).fetchall()
            for name in ("local", "of_lake")
        )
    assert len(of_lake) > 1000
    assert of_lake == of_local


def test_lists_of_the_cluster_are_those_of_one_machine(lake):
    shown = "user_id, rank, video_id, predicted_watch_ratio, predicted_long_view, ranking_score"
    with duckdb.connect(str(lake.with_name("engine.duckdb")), read_only=True) as con:
        here = con.execute(f"select {shown} from ml.recommendations order by all").fetchall()
        there = con.execute(
            f"select {shown} from '{lake}/ml.db/recommendations/*/*.parquet'"
            " where user_id in (select user_id from ml.recommendations) order by all"
        ).fetchall()
        everybody = con.execute(
            f"select count(distinct user_id) from '{lake}/ml.db/recommendations/*/*.parquet'"
        ).fetchone()[0]
    assert len(here) > 3000
    assert there == here
    assert everybody > len({user_id for user_id, *_ in here})


def test_where_everybody_is_read_the_cluster_gets_the_vectors_that_are_fitted_here(lake):
    vectors = json.loads(lake.with_name("vectors.json").read_text("utf-8"))
    assert len(vectors["here"]) > 300
    assert vectors["there"] == vectors["here"]


@pytest.fixture(scope="module")
def trees(lake) -> dict[str, dict[str, str]]:
    """Trees as text, by head, fitted `here` and by one and two workers."""
    return json.loads(lake.with_name("trees.json").read_text("utf-8"))


def test_one_worker_fits_the_trees_of_one_machine(trees):
    assert len(trees["here"]) == 2
    assert trees["1"] == trees["here"]


@left_out_of_short
def test_two_workers_fit_trees_on_the_rows_of_both(trees):
    for head, text in trees["2"].items():
        # each tree has a random 80 % of the rows, drawn by each worker of its own half
        here = rows_of_first_tree(trees["here"][head])
        assert rows_of_first_tree(text) == pytest.approx(here, rel=0.1)


def rows_of_first_tree(text: str) -> int:
    return sum(int(count) for count in re.search(r"leaf_count=(.*)", text)[1].split())


def test_every_engine_draws_the_same_rows(engines, lake):
    (total,) = engines.execute("select train_count from local.training.split_boundary").fetchone()
    values = {"seed": 7, "sample_below": int(1000 / total * (2**31 - 1))}
    query = read_sql("spark/sampled_moments.sql").replace("from training", "from local.training")
    here = engines.execute(
        f"select user_id, video_id, event_unix_ms from ({query}) order by all", values
    ).fetchall()
    there = engines.execute(f"from '{lake}.drawn/*.parquet' order by all").fetchall()
    assert 800 < len(here) < 1200
    assert there == here


def differences(con: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    """In words; doubles are the same where twelve digits are."""
    local, lake = columns(con, "local", schema, table), columns(con, "memory", schema, table)
    other = [
        (a, b) for a, b in zip(local, lake, strict=False)
        if a != b and (a[0] != b[0] or (a[1], b[1]) not in SAME_TYPES)
    ]  # fmt: skip
    if other or len(local) != len(lake):
        return f"columns {other or (local, lake)}"
    shown = ", ".join(
        f"printf('%.11e', \"{name}\")" if kind == "DOUBLE" else f'"{name}"'
        for name, kind in local
        if name not in OWN_COLUMNS.get(table, ())
    )
    more, less = (
        con.execute(
            f"select count(*) from (select {shown} from {a}.{schema}.{table}"
            f" except all select {shown} from {b}.{schema}.{table})"
        ).fetchone()[0]
        for a, b in (("local", "memory"), ("memory", "local"))
    )
    return f"{more} rows of DuckDB alone, {less} of Spark" if more or less else ""


def columns(con: duckdb.DuckDBPyConnection, database: str, schema: str, table: str) -> list:
    """By name: in a lake the day by which a table is partitioned comes last."""
    return con.execute(
        "select column_name, data_type from duckdb_columns() where database_name = $1"
        " and schema_name = $2 and table_name = $3 order by column_name",
        [database, schema, table],
    ).fetchall()
