"""Sources that give every user the same order: most viewed and best received."""

import duckdb
import numpy as np

from reelrank.candidates.scoring import Scorer
from reelrank.candidates.train_log import TrainLog
from reelrank.warehouse.sql import read_sql


def read_popularity(con: duckdb.DuckDBPyConnection, log: TrainLog) -> dict[str, np.ndarray]:
    """Read views and shrunk shares of long views at the boundary, float32 (n_videos,) each."""
    found = con.execute(read_sql("candidates/popularity.sql")).fetchnumpy()
    places = np.searchsorted(log.video_ids, found["video_id"])
    orders = {}
    for name in ("most_viewed", "best_received"):
        orders[name] = np.zeros(len(log.video_ids), np.float32)
        orders[name][places] = found[name]
    return orders


def scorer(scores: np.ndarray) -> Scorer:
    """Give every user the same `scores`, float32 (n_videos,)."""

    def score(users: np.ndarray) -> np.ndarray:
        return np.tile(scores, (len(users), 1))

    return score
