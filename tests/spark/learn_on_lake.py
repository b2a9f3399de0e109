"""Learn in the session that built a lake; what the tests compare is written beside it."""

import json
from dataclasses import replace
from pathlib import Path

import duckdb
from reelrank.presets import read_preset
from reelrank.ranker import fit_heads, read_features
from reelrank.spark import rows, trees
from reelrank.spark.session import features_sql
from reelrank_cli.main import main

PRESET = Path(__file__).parents[2] / "models_py/reelrank/presets/spark.toml"
ROUNDS = 5


def learn(lake: Path) -> None:
    """Train on the lake; then draw rows, and fit trees on them in both ways."""
    preset, database = lake.with_name("quick.toml"), lake.with_name("engine.duckdb")
    preset.write_text(PRESET.read_text("utf-8").replace("count = 500", "count = 30"), "utf-8")
    places = ["--lake", str(lake), "--db", str(database), "--preset", str(preset)]
    assert main(["train", "--engine", "spark", "--threads", "1", *places]) == 0
    settings = read_preset(str(preset)).ranker
    with duckdb.connect(str(database), read_only=True) as con:
        features = [found for found in read_features(con, "default") if not found.is_embedding]
    spark, query = features_sql(lake, "default")
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
        for workers in (1, 2)
    }
    texts = {"here": {fitted.head.name: fitted.text() for fitted in here}} | there
    lake.with_name("trees.json").write_text(json.dumps(texts), "utf-8")
