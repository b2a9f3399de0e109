"""Rows of the ranker: drawn and joined with features on the cluster."""

from pyspark.sql import DataFrame, SparkSession

from reelrank.ranker import Feature
from reelrank.ranker.rows import TrainingRows, training_rows_of
from reelrank.warehouse.sql import read_sql

PRIME = 2**31 - 1  # draws are below it
ORDER = ("row_day", "row_user_id", "row_video_id", "row_event_at", "row_nth_watch")
LABELS = (
    "cast(datediff(as_of_date, date '2000-01-01') as int) as row_day",
    "nth_watch as row_nth_watch",
    "watch_ratio as row_watch_ratio",
    "is_long_view as row_is_long_view",
)
KEYS = tuple(
    f"{name} as row_{name}" for name in ("user_id", "video_id", "event_at", "video_duration_ms")
)


def draw(spark: SparkSession, max_rows: int, seed: int) -> DataFrame:
    """Draw about `max_rows` moments of train, or take all where there are no more."""
    total = spark.sql("select train_count from training.split_boundary").first()[0]
    share = min(max_rows / max(total, 1), 1)
    values = {"seed": seed % PRIME, "sample_below": int(share * PRIME)}
    return spark.sql(read_sql("spark/sampled_moments.sql").replace("$", ":"), values)


def with_features(
    spark: SparkSession,
    moments: DataFrame,
    query: str,
    features: list[Feature],
    extra: tuple[str, ...] = (),
) -> DataFrame:
    """Join features to moments by the `query` of session.py: keys, `extra`, then the features."""
    moments.createOrReplaceTempView("moments")
    return spark.sql(query).selectExpr(*KEYS, *extra, *(_expression(f) for f in features))


def _expression(feature: Feature) -> str:
    kind = "int" if feature.is_categorical else "float"
    return f"cast(`{feature.name}` as {kind}) as `{feature.name}`"


def collect(rows: DataFrame, features: list[Feature]) -> TrainingRows:
    """Bring rows here, in the order of local training."""
    return training_rows_of(rows.orderBy(*ORDER).toArrow(), features)
