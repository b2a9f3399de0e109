"""Scores of rows in blocks on the cluster, by the code that predicts locally."""

from collections.abc import Iterator

import lightgbm as lgb
import pyarrow as pa
from pyspark.sql import DataFrame

from reelrank.ranker import Feature, FittedHead, predict
from reelrank.ranker.heads import HEADS

SCHEMA = (
    "user_id int, video_id int, event_at timestamp_ntz, video_duration_ms int,"
    " predicted_watch_ratio float, predicted_long_view float,"
    " score_watch_ratio float, score_long_view float"
)


def score(rows: DataFrame, heads: list[FittedHead], features: list[Feature]) -> DataFrame:
    """Score rows of keys and features (rows.py)."""
    texts = [(fitted.head.name, fitted.text(), fitted.round_count) for fitted in heads]

    def score_batches(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        here = heads_of(texts)
        for batch in batches:
            yield from predict(here, features, iter([batch]), 1).to_batches()

    return rows.mapInArrow(score_batches, SCHEMA)


def heads_of(texts: list[tuple[str, str, int]]) -> list[FittedHead]:
    """Make heads of their names, trees as text and rounds."""
    return [
        FittedHead(HEADS[name], lgb.Booster(model_str=trees), rounds)
        for name, trees, rounds in texts
    ]
