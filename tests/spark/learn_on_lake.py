"""Learn in the session that built a lake; what the tests compare is written beside it."""

import functools
import json
import os
from dataclasses import replace
from pathlib import Path

import duckdb
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from pyspark.sql import SparkSession
from reelrank import training
from reelrank.presets import read_preset
from reelrank.ranker import fit_heads, read_features
from reelrank.spark import engine, rows, session, trees
from reelrank.spark.engine import Engine
from reelrank_cli.main import main

PRESET = Path(__file__).parents[2] / "models_py/reelrank/presets/spark.toml"
ROUNDS = 5
USERS = 200  # that are read, so that MLlib fits ALS on everybody


def learn(lake: Path, manifest: Manifest) -> None:
    """Train on the lake; then fit vectors of everybody, draw rows, and fit trees in both ways."""
    # dbt has read the project, and writes the query of the features once
    session.dbtRunner = functools.partial(dbtRunner, manifest)
    engine.features_sql = functools.cache(session.features_sql)
    preset, database = lake.with_name("quick.toml"), lake.with_name("engine.duckdb")
    preset.write_text(PRESET.read_text("utf-8").replace("count = 500", "count = 30"), "utf-8")
    places = ["--lake", str(lake), "--db", str(database), "--preset", str(preset)]
    places += ["--users", str(USERS)]
    assert main(["train", "--engine", "spark", "--threads", "1", *places]) == 0
    settings = read_preset(str(preset)).ranker
    with duckdb.connect(str(database), read_only=True) as con:
        features = [found for found in read_features(con, "default") if not found.is_embedding]
    spark, query = engine.features_sql(lake, "default")
    drawn = rows.draw(spark, 1000, seed=7)
    drawn.select("user_id", "video_id", "event_unix_ms").write.parquet(f"{lake}.drawn")
    found = rows.with_features(spark, drawn, query, features, rows.LABELS).persist()
    settings = replace(settings, max_rounds=ROUNDS, early_stopping_rounds=0)
    here = fit_heads(rows.collect(found, features), features, settings, seed=1, threads=1)
    rounds = {fitted.head.name: ROUNDS for fitted in here}
    there = {
        workers: trees.fit_side_by_side(
            found, features, settings, rounds, found.count(), seed=1, workers=workers
        )
        for workers in ((1,) if os.environ.get("SPARK_TESTS") == "short" else (1, 2))
    }
    texts = {"here": {fitted.head.name: fitted.text() for fitted in here}} | there
    lake.with_name("trees.json").write_text(json.dumps(texts), "utf-8")
    vectors = vectors_of_everybody(spark, query, str(preset))
    lake.with_name("vectors.json").write_text(json.dumps(vectors), "utf-8")


def vectors_of_everybody(spark: SparkSession, query: str, preset: str) -> dict[str, list]:
    """Fit ALS on the log of a database that has all users: what stays here, and what is sent."""
    engine = Engine(spark, query, workers=0)
    with duckdb.connect(os.environ["REELRANK_DB"], read_only=True) as con:
        job = training.start_job(con, read_preset(preset), [], seed=1, threads=1)
        width = engine.fit_stage_one(job, training.read_train_log(con)).users.shape[1]
        here = con.execute(
            f"select user_id, factors[:{width}] from run_user_factors order by all"
        ).fetchall()
    there = engine.vectors_of_users().orderBy("id").toArrow().to_pydict()
    return {"here": here, "there": list(zip(*there.values(), strict=True))}
