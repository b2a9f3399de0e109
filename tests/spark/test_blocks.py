"""What workers do with a block of rows, without a Spark."""

import numpy as np
import pyarrow as pa
import pytest
from reelrank.candidates.als import Factors, scorer
from reelrank.candidates.lists import propose
from reelrank.candidates.train_log import TrainLog

pytest.importorskip("pyspark", reason="needs requirements-spark.txt")
USERS, VIDEOS, WIDTH, COUNT = 40, 60, 4, 20


def test_lists_of_blocks_of_users_are_those_of_all_at_once():
    from reelrank.spark.candidates import Shelf, lists_of

    rng = np.random.default_rng(1)
    knows_user, knows_video = rng.random(USERS) > 0.2, rng.random(VIDEOS) > 0.1
    users = rng.normal(size=(USERS, WIDTH)).astype(np.float32) * knows_user[:, None]
    videos = rng.normal(size=(VIDEOS, WIDTH)).astype(np.float32) * knows_video[:, None]
    user_ids = np.arange(USERS, dtype=np.int32) * 3 + 1
    video_ids = np.arange(VIDEOS, dtype=np.int32) * 2 + 5
    is_watched = rng.random((USERS, VIDEOS)) < 0.1
    places = [found.astype(np.int32) for found in np.nonzero(is_watched)]
    ones = np.ones(len(places[0]), np.float32)
    log = TrainLog(user_ids, video_ids, *places, {"watch_count": ones})
    order = rng.permutation(VIDEOS)
    at_once = propose(
        log, np.arange(USERS), COUNT, "als",
        scorer(Factors(users, videos, knows_user, knows_video)),
        fallback="best_received", fallback_order=order, blocked=log.watched(),
    ).to_arrow()  # fmt: skip
    rows = {
        "user_id": pa.array(user_ids),
        "features": pa.array(
            [
                vector.tolist() if known else None
                for vector, known in zip(users, knows_user, strict=True)
            ],
            pa.list_(pa.float32()),
        ),
        "watched": pa.array([video_ids[row].tolist() for row in is_watched], pa.list_(pa.int32())),
    }
    everybody = pa.RecordBatch.from_pydict(rows)
    shelf = Shelf(video_ids, videos, knows_video, "best_received", order, COUNT)
    blocks = [lists_of(everybody.slice(*part), shelf) for part in ((0, 17), (17, USERS - 17))]
    assert pa.concat_tables(blocks).to_pydict() == at_once.to_pydict()
