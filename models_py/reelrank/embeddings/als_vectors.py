"""Vectors of ALS: of users and videos, of what videos belong to, and what scores are made of."""

from collections.abc import Iterator

import duckdb
import numpy as np

from reelrank.candidates.als import Factors
from reelrank.candidates.train_log import TrainLog
from reelrank.embeddings.als_directions import find_directions
from reelrank.embeddings.vectors import Vectors
from reelrank.threads import one_blas_thread

GROUPS = ("tag", "author", "category")


def read_groups(con: duckdb.DuckDBPyConnection) -> dict[str, np.ndarray]:
    """Read which groups every video belongs to; video_id ascending, and an id for each group."""
    return con.execute(
        "select video_id, first_tag_id as tag, author_id as author,"
        " first_level_category_id as category from features.video_profiles order by video_id"
    ).fetchnumpy()


def als_vectors(
    log: TrainLog, factors: Factors, profiles: dict[str, np.ndarray]
) -> Iterator[Vectors]:
    """Yield the vectors behind the als_* columns of `rows_with_embeddings`.

    `profiles` is what `read_groups` gives.
    """
    known_users, known_videos = factors.knows_user, factors.knows_video
    users, videos = factors.users[known_users], factors.videos[known_videos]
    user_ids, video_ids = log.user_ids[known_users], log.video_ids[known_videos]
    found = find_directions(users, videos)
    yield Vectors("user", user_ids, users)
    yield Vectors("user_score", user_ids, found.scores)
    yield Vectors("user_taste", user_ids, found.tastes)
    yield Vectors("video", video_ids, videos)
    yield Vectors("video_centred", video_ids, found.centred)
    yield Vectors("video_popularity", video_ids, found.popularity[:, None])
    places = np.searchsorted(log.video_ids, profiles["video_id"])
    places = np.minimum(places, len(log.video_ids) - 1)
    is_known = (log.video_ids[places] == profiles["video_id"]) & known_videos[places]
    for entity in GROUPS:
        ids = np.ma.asarray(profiles[entity])
        usable = is_known & ~np.ma.getmaskarray(ids)
        group_ids, groups = np.unique(np.asarray(ids[usable]), return_inverse=True)
        yield Vectors(
            entity, group_ids, group_means(factors.videos[places[usable]], groups, len(group_ids))
        )


def exposure_vectors(log: TrainLog, factors: Factors) -> Iterator[Vectors]:
    """Yield the vectors behind exposure_score and exposure_taste of `rows_with_embeddings`."""
    found = find_directions(factors.users[factors.knows_user], factors.videos[factors.knows_video])
    yield Vectors("exposure_score", log.user_ids[factors.knows_user], found.scores)
    yield Vectors("exposure_taste", log.user_ids[factors.knows_user], found.tastes)
    yield Vectors("exposure_video", log.video_ids[factors.knows_video], found.centred)


def factor_products(factors: Factors) -> Vectors:
    """Give V'V of the video vectors, row by row: what a new user's vector is solved with."""
    with one_blas_thread():
        videos = factors.videos[factors.knows_video].astype(np.float64)
        products = videos.T @ videos
    return Vectors("als_products", np.arange(len(products), dtype=np.int32), products)


def group_means(vectors: np.ndarray, groups: np.ndarray, group_count: int) -> np.ndarray:
    """Mean vector of each group, float32 (group_count, factors).

    Parameters
    ----------
    vectors : float32 (n, factors)
    groups : int (n,)
        The group of each vector, from 0.
    """
    sums = np.zeros((group_count, vectors.shape[1]), np.float64)
    np.add.at(sums, groups, vectors)
    sizes = np.bincount(groups, minlength=group_count)[:, None]
    return (sums / np.maximum(sizes, 1)).astype(np.float32)
