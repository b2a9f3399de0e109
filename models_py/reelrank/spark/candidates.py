"""Candidates of everybody, in blocks of users on the cluster, by the lists of one machine."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame

from reelrank.candidates.als import Factors, scorer
from reelrank.candidates.lists import propose
from reelrank.candidates.train_log import TrainLog

SCHEMA = "user_id int, rank smallint, video_id int, score float, source string"


@dataclass(frozen=True)
class Shelf:
    """What every block of users needs: the videos, and how many of them a user gets.

    Attributes
    ----------
    video_ids : int32 (n_videos,), ascending
    vectors : float32 (n_videos, factors)
    is_known : bool (n_videos,)
    fallback : str
        Name of the source that fills lists up.
    fallback_order : int (n_videos,)
        Positions of the videos, best first.
    count : int
    """

    video_ids: np.ndarray
    vectors: np.ndarray
    is_known: np.ndarray
    fallback: str
    fallback_order: np.ndarray
    count: int


def propose_to_everybody(users: DataFrame, shelf: Shelf) -> DataFrame:
    """List the best videos by ALS of each row of `users`: user_id, features, watched.

    `features` is null of a user whom ALS does not know; `watched` lists what is left out.
    """

    def propose_to(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield from lists_of(batch, shelf).to_batches()

    return users.mapInArrow(propose_to, SCHEMA)


def lists_of(users: pa.RecordBatch, shelf: Shelf) -> pa.Table:
    """List the videos of one batch of users."""
    watched = users.column("watched")
    counts = np.diff(watched.offsets.to_numpy())
    videos = np.searchsorted(shelf.video_ids, watched.flatten().to_numpy())  # all are there
    log = TrainLog(
        user_ids=users.column("user_id").to_numpy(),
        video_ids=shelf.video_ids,
        users=np.repeat(np.arange(len(users), dtype=np.int32), counts),
        videos=videos.astype(np.int32),
        weights={},
    )
    found = users.column("features")
    knows_user = found.is_valid().to_numpy(zero_copy_only=False)
    vectors = np.zeros((len(users), shelf.vectors.shape[1]), np.float32)
    vectors[knows_user] = found.flatten().to_numpy().reshape(-1, vectors.shape[1])
    blocked = log.matrix(np.ones(len(videos), np.float32))
    listed = propose(
        log,
        np.arange(len(users)),
        shelf.count,
        "als",
        scorer(Factors(vectors, shelf.vectors, knows_user, shelf.is_known)),
        fallback=shelf.fallback,
        fallback_order=shelf.fallback_order,
        blocked=blocked,
    ).to_arrow()
    sources = listed["source"].cast(pa.string())
    return listed.set_column(listed.schema.get_field_index("source"), "source", sources)
