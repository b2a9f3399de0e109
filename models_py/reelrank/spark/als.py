"""ALS by MLlib, on the confidences that implicit gets locally, and vectors from here to there."""

import numpy as np
import pyarrow as pa
from pyspark.ml.recommendation import ALS
from pyspark.sql import DataFrame, SparkSession

from reelrank.candidates.als import Factors
from reelrank.candidates.train_log import TrainLog
from reelrank.errors import UserError
from reelrank.presets import AlsSettings

# MLlib multiplies the regularization by the likes of the user or video, implicit does not
TIMES_MLLIB = 100


def ratings_sql(settings: AlsSettings) -> str:
    """Confidences as MLlib counts them: by how far they are above that of any other pair.

    A pair of rating r has the confidence 1 + |r|, and is liked where r is above 0.

    Raises
    ------
    UserError
        If a watched pair could count less than one that was not watched.
    """
    if settings.base_confidence < 1 or 0 < settings.unliked_confidence < 1:
        raise UserError(
            "On Spark, the confidence of a watched pair must be at least 1.",
            "Set candidates.als.base_confidence and unliked_confidence to 1 or more (or 0).",
        )
    weight = f"cast({settings.confidence} as float)"
    level = f"{weight} / (1 + {weight} / {settings.saturation})" if settings.saturation else weight
    liked = f"{settings.base_confidence - 1} + {settings.alpha} * {level}"
    unliked = min(1 - settings.unliked_confidence, 0)
    return (
        "select user_id, video_id, rating from (select user_id, video_id, cast(case when"
        f" {weight} > 0 then {liked} else {unliked} end as float) as rating"
        " from training.als_confidences) where rating != 0"
    )


def fit_factors(
    spark: SparkSession, settings: AlsSettings, seed: int
) -> tuple[DataFrame, DataFrame]:
    """Fit ALS; gives (id, features) of the users and of the videos that it knows."""
    blocks = int(spark.conf.get("spark.sql.shuffle.partitions"))
    model = ALS(
        rank=settings.factors,
        maxIter=settings.iterations,
        regParam=settings.regularization / TIMES_MLLIB,
        implicitPrefs=True,
        alpha=1.0,
        userCol="user_id",
        itemCol="video_id",
        ratingCol="rating",
        seed=seed,
        numUserBlocks=blocks,
        numItemBlocks=blocks,
        checkpointInterval=2,
    ).fit(spark.sql(ratings_sql(settings)))
    return model.userFactors.persist(), model.itemFactors.persist()


def factors_of(log: TrainLog, users: DataFrame, videos: DataFrame) -> Factors:
    """Collect the vectors of the users and videos of a log, which is a sample of users."""
    user_vectors, knows_user = _placed(log.user_ids, users)
    video_vectors, knows_video = _placed(log.video_ids, videos)
    return Factors(user_vectors, video_vectors, knows_user, knows_video)


def has_everybody(spark: SparkSession, log: TrainLog) -> bool:
    """Whether a log that was read here has all users of the lake."""
    (count,) = spark.sql(
        "select count(*) from (select user_id from staging.stg_users"
        " union distinct select user_id from training.als_confidences)"
    ).first()
    return len(log.user_ids) >= count


def users_of(spark: SparkSession, log: TrainLog, factors: Factors) -> DataFrame:
    """Send (id, features) of the users that a fit here knows, as MLlib would give them."""
    vectors = factors.users[factors.knows_user]
    lists = pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), vectors.shape[1])
    ids = pa.array(log.user_ids[factors.knows_user], pa.int32())
    lists = lists.cast(pa.list_(pa.float32()))
    return spark.createDataFrame(pa.table({"id": ids, "features": lists}))


def _placed(ids: np.ndarray, found: DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Vectors float32 (n, factors) in the order of `ids`, and which of them are known."""
    wanted = found.sparkSession.createDataFrame(pa.table({"id": pa.array(ids, pa.int32())}))
    table = found.join(wanted, "id").toArrow()
    vectors = table["features"].combine_chunks()
    width = len(vectors.values) // max(len(vectors), 1)
    places = np.searchsorted(ids, table["id"].to_numpy())
    placed = np.zeros((len(ids), width), np.float32)
    placed[places] = vectors.values.to_numpy().reshape(-1, width)
    return placed, np.isin(np.arange(len(ids)), places)
