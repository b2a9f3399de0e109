"""The train part of the log as sparse matrices, users by videos."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb
import numpy as np
from scipy import sparse

from reelrank.positions import positions
from reelrank.warehouse.sql import read_sql

WEIGHTS = {  # columns of train_log_of_blocks.sql, and what they count in
    "watch_count": ("watch_count", 1),
    "watch_ratio_sum": ("watch_ratio_sum_e6", 1e6),
    "clipped_watch_ratio_sum": ("clipped_watch_ratio_sum_e4", 1e4),
    "long_view_count": ("long_view_count", 1),
}


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


def read_train_log(con: duckdb.DuckDBPyConnection) -> TrainLog:
    """Read the whole train log."""
    pairs = con.execute(read_sql("candidates/train_log.sql")).fetchnumpy()
    return _placed(pairs, *_everyone(con, pairs))


def read_train_logs(
    con: duckdb.DuckDBPyConnection, starts: list[int], weights: Iterable[str] = WEIGHTS
) -> Iterator[TrainLog]:
    """Give the train log before each of `starts`, Unix ms in ascending order; one read for all.

    All have the same users and videos, so that a fit can start from that of the one before. The
    connection is free again when this returns. Only `weights` are read.
    """
    if not starts:
        return iter(())
    columns = ", ".join(WEIGHTS[name][0] for name in sorted(set(weights)))
    parts = con.execute(
        f"select user_id, video_id, block, {columns}"
        f" from ({read_sql('candidates/train_log_of_blocks.sql')})",
        {"starts": starts},
    ).fetchnumpy()
    return _logs_of_blocks(parts, _everyone(con, parts), len(starts))


def _logs_of_blocks(
    parts: dict[str, np.ndarray], everyone: tuple[np.ndarray, np.ndarray], count: int
) -> Iterator[TrainLog]:
    for block in range(1, count + 1):
        earlier = {name: values[parts["block"] < block] for name, values in parts.items()}
        is_new = np.concatenate(
            [
                np.ones(min(len(earlier["user_id"]), 1), bool),
                (np.diff(earlier["user_id"]) != 0) | (np.diff(earlier["video_id"]) != 0),
            ]
        )
        firsts = np.flatnonzero(is_new)
        pairs = {name: earlier[name][firsts] for name in ("user_id", "video_id")}
        for name, (column, unit) in WEIGHTS.items():
            if column in earlier:
                values = earlier[column]
                sums = np.add.reduceat(values, firsts) if len(firsts) else np.zeros(0)
                pairs[name] = sums / unit
        yield _placed(pairs, *everyone)


def _everyone(
    con: duckdb.DuckDBPyConnection, pairs: dict[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Ids of users and videos, int32: the profiles, the catalogue and of all in the log."""
    catalogue = con.execute(read_sql("candidates/catalogue.sql")).fetchnumpy()["video_id"]
    users = con.execute("select user_id from staging.stg_users").fetchnumpy()["user_id"]
    return (
        np.union1d(users, pairs["user_id"]).astype(np.int32),
        np.union1d(catalogue, pairs["video_id"]).astype(np.int32),
    )


def _placed(pairs: dict[str, np.ndarray], user_ids: np.ndarray, video_ids: np.ndarray) -> TrainLog:
    """Turn ids into positions, and every other column into float32 weights."""
    return TrainLog(
        user_ids=user_ids,
        video_ids=video_ids,
        users=positions(user_ids, pairs["user_id"]),
        videos=positions(video_ids, pairs["video_id"]),
        weights={
            name: np.asarray(values, np.float32)
            for name, values in pairs.items()
            if name not in ("user_id", "video_id")
        },
    )
