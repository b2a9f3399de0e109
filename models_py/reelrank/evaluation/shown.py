"""What lists are like apart from their hits: coverage, concentration, popularity, diversity."""

from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd
from scipy import sparse

from reelrank.evaluation.catalogue import Catalogue
from reelrank.evaluation.orderings import CUTOFFS
from reelrank.evaluation.results import Results
from reelrank.exact_math import log

DIVERSITY_DEPTH = 20  # the pairs of longer lists are too many


@dataclass(frozen=True)
class VideoFacts:
    """What is known of videos, beside their places among the known videos.

    Attributes
    ----------
    averaged : metric -> float64 (n_videos,)
        Facts whose average over a list describes it, over the videos that have it; NaN for none.
    tag_sets : int32 (n_videos,)
        Which set of tags each video has.
    tags : csr bool (n_sets, n_tags)
        The tags of each set.
    """

    averaged: dict[str, np.ndarray]
    tag_sets: np.ndarray
    tags: sparse.csr_matrix


def read_facts(con: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> VideoFacts:
    """Read the facts from judge_videos and staging.stg_video_tags.

    novelty is -log2 of the share of train's users who watched the video, one added to both counts.
    """
    (train_users,) = con.execute(
        "select count(distinct user_id) from training.als_confidences"
    ).fetchone()
    videos = catalogue.videos
    viewers = videos.scores(con, "viewer_count")
    averaged = {
        "popularity_percentile": videos.scores(con, "coalesce(popularity_percentile, 0)"),
        "novelty": log((train_users + 1) / (viewers + 1)) / log(2.0),
        "alive_share": videos.scores(con, "is_alive"),
        "age_days": videos.scores(con, "coalesce(age_days, days_since_first_view)"),
        "days_since_view": videos.scores(con, "days_since_last_view"),
    }
    tags = con.execute(
        "select video_id, unnest(list_distinct(tag_ids)) as tag_id from staging.stg_video_tags"
        " semi join judge_videos using (video_id) order by all"
    ).fetchnumpy()
    names, tag = np.unique(tags["tag_id"], return_inverse=True)
    video = catalogue.videos.positions(tags["video_id"])
    ends = np.cumsum(np.bincount(video, minlength=len(catalogue.videos.ids)))
    numbers: dict[bytes, int] = {}
    sets = [numbers.setdefault(mine.tobytes(), len(numbers)) for mine in np.split(tag, ends[:-1])]
    members = [np.frombuffer(key, tag.dtype) for key in numbers]
    rows = np.repeat(np.arange(len(members)), [len(mine) for mine in members])
    pairs = (np.ones(len(rows), np.int32), (rows, np.concatenate([*members, tag[:0]])))
    matrix = sparse.csr_matrix(pairs, shape=(len(members), len(names)))
    return VideoFacts(averaged, np.array(sets, np.int32), matrix)


def describe(
    results: Results,
    facts: VideoFacts,
    protocol: str,
    model: str,
    users: np.ndarray,
    shown: np.ndarray,
    video_count: int,
) -> None:
    """Add what a model's lists are like to the results.

    Parameters
    ----------
    users : int (n_lists,)
    shown : int32 (n_lists, depth)
        Positions of videos, -1 where a list has ended.
    video_count : int
        Videos that could have been shown.
    """
    has_list = shown[:, 0] >= 0
    if not has_list.any():
        return
    users, shown = users[has_list], shown[has_list]
    key = {"protocol": protocol, "relevance": "none", "model": model}
    diversity = {("tag_diversity", k): found for k, found in tag_diversity(facts, shown).items()}
    for (metric, k), values in (averages(facts, shown) | diversity).items():
        results.add_values(key | {"metric": metric, "k": k}, users, values)
    for (metric, k), value in concentration(shown, video_count).items():
        results.totals.append((key | {"metric": metric, "k": k}, value))


def averages(facts: VideoFacts, shown: np.ndarray) -> dict[tuple[str, int], np.ndarray]:
    """Average facts of the videos of each list; (metric, k) -> float64 (n_lists,).

    Parameters
    ----------
    shown : int32 (n_lists, depth)
        Positions of videos, -1 where a list has ended; every list has a first video.
    """
    ends = np.minimum(CUTOFFS, shown.shape[1]) - 1
    found = {}
    for metric, values in facts.averaged.items():
        listed = np.append(values, np.nan)[shown]
        is_known = ~np.isnan(listed)
        counts = np.cumsum(is_known, axis=1)[:, ends]
        sums = np.cumsum(np.where(is_known, listed, 0.0), axis=1)[:, ends]
        means = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
        found |= {(metric, k): means[:, place] for place, k in enumerate(CUTOFFS)}
    return found


def tag_diversity(facts: VideoFacts, shown: np.ndarray) -> dict[int, np.ndarray]:
    """Mean Jaccard distance between the tags of all pairs of a list; k -> float64 (n_lists,).

    NaN for a list of one video. A pair of sets is compared once, however often it is met.
    """
    sets = np.where(shown >= 0, facts.tag_sets[shown], -1)[:, :DIVERSITY_DEPTH]
    later, earlier = np.tril_indices(sets.shape[1], -1)  # by the rank of the later video
    one, other = sets[:, later].astype(np.int64), sets[:, earlier].astype(np.int64)
    is_pair = (one >= 0) & (other >= 0)
    count = facts.tags.shape[0]
    codes = np.minimum(one, other) * count + np.maximum(one, other)
    pair, met = pd.factorize(codes[is_pair])
    distances = np.zeros(codes.shape)
    distances[is_pair] = jaccard_distances(facts.tags, met // count, met % count)[pair]
    sums, counts = np.cumsum(distances, axis=1), np.cumsum(is_pair, axis=1)
    found = {}
    for k in CUTOFFS:
        if k <= DIVERSITY_DEPTH:
            size = min(k, sets.shape[1])
            last = size * (size - 1) // 2 - 1
            with np.errstate(invalid="ignore"):
                found[k] = sums[:, last] / counts[:, last]
    return found


def jaccard_distances(tags: sparse.csr_matrix, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Distances of pairs of tag sets, float64 (n_pairs,); 0 between equal sets, empty ones too."""
    shared = np.asarray(tags[one].multiply(tags[other]).sum(axis=1), np.float64).ravel()
    sizes = np.diff(tags.indptr)
    union = sizes[one] + sizes[other] - shared
    distances = 1 - shared / np.maximum(union, 1)
    distances[one == other] = 0
    return distances


def concentration(shown: np.ndarray, video_count: int) -> dict[tuple[str, int], float]:
    """How much of the catalogue all lists show together; (metric, k) -> value.

    coverage: share of the catalogue in at least one list. gini: of the videos' numbers of
    appearances, never shown ones included; 0 all alike, 1 one video only: sum over videos by
    falling count of (n + 1 - 2 i) count / (n total).
    """
    found = {}
    for k in CUTOFFS:
        listed = shown[:, :k]
        counts = np.bincount(listed[listed >= 0])
        counts = np.sort(counts[counts > 0])[::-1]
        places = np.arange(1, len(counts) + 1)
        found["coverage", k] = len(counts) / video_count
        weighted = ((video_count + 1 - 2 * places) * counts).sum()
        found["gini", k] = float(weighted / (video_count * counts.sum()))
    return found
