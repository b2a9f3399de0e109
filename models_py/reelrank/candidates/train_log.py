"""The train part of the log as sparse matrices, users by videos."""

from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
from scipy import sparse

from reelrank.warehouse.sql import read_sql


@dataclass(frozen=True)
class TrainLog:
    """What users watched in train, summed over repeats.

    Attributes
    ----------
    user_ids : int32 (n_users,)
        All users of staging.stg_users and of the log, ascending; those without watches too.
    video_ids : int32 (n_videos,)
        The catalogue at the boundary, ascending; videos without watches too.
    users, videos : int32 (n_pairs,)
        Positions in `user_ids` and `video_ids` of the watched pairs.
    weights : dict of float32 (n_pairs,)
        watch_count, watch_ratio_sum, clipped_watch_ratio_sum, long_view_count per pair.
    """

    user_ids: np.ndarray
    video_ids: np.ndarray
    users: np.ndarray
    videos: np.ndarray
    weights: dict[str, np.ndarray]

    def matrix(self, values: np.ndarray) -> sparse.csr_matrix:
        """`values` float32 (n_pairs,) as a matrix (n_users, n_videos) with ordered columns."""
        shape = (len(self.user_ids), len(self.video_ids))
        matrix = sparse.csr_matrix((values, (self.users, self.videos)), shape=shape)
        matrix.sort_indices()
        return matrix

    def watched(self) -> sparse.csr_matrix:
        """How often each pair was watched, float32 (n_users, n_videos)."""
        return self.matrix(self.weights["watch_count"])


def read_train_log(con: duckdb.DuckDBPyConnection, before: date | None = None) -> TrainLog:
    """Read the train log, or the part of it before a day.

    Parameters
    ----------
    before : date, optional
        Only events of local days strictly before it count, for embeddings in time blocks.
    """
    if before is None:
        pairs = con.execute(read_sql("candidates/train_log.sql")).fetchnumpy()
    else:
        sql = read_sql("candidates/train_log_before.sql")
        pairs = con.execute(sql, {"before": before}).fetchnumpy()
    catalogue = con.execute(read_sql("candidates/catalogue.sql")).fetchnumpy()["video_id"]
    users = con.execute("select user_id from staging.stg_users").fetchnumpy()["user_id"]
    user_ids = np.union1d(users, pairs["user_id"]).astype(np.int32)
    video_ids = np.union1d(catalogue, pairs["video_id"]).astype(np.int32)
    return TrainLog(
        user_ids=user_ids,
        video_ids=video_ids,
        users=np.searchsorted(user_ids, pairs.pop("user_id")).astype(np.int32),
        videos=np.searchsorted(video_ids, pairs.pop("video_id")).astype(np.int32),
        weights={name: np.asarray(values, np.float32) for name, values in pairs.items()},
    )
