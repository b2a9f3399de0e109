"""The videos: length, upload day, tags, author and their own small effect on play time."""

from dataclasses import dataclass

import numpy as np
from reelrank.exact_math import exp, interpolate, log, logit, mean, spread

from simulated_kuairec.days import DAYS, LATE_DAY
from simulated_kuairec.draws import exponential, normal, uniform
from simulated_kuairec.parameters import Parameters
from simulated_kuairec.parameters import Videos as VideoParameters
from simulated_kuairec.scales import Counts
from simulated_kuairec.seeds import even_normal, generator
from simulated_kuairec.tags import TAG_COUNTS, draw_authors, draw_tags

FIRST_UPLOAD_DAY = -97  # 2020-03-30
# sample: share of watch_ratio > 1 by first tag, through the length of its videos
LOOPS_BY_TAG = {
    17: 0.430, 7: 0.421, 5: 0.413, 28: 0.400, 15: 0.361, 8: 0.357, 11: 0.350, 25: 0.348, 20: 0.334,
    1: 0.328, 26: 0.319, 6: 0.296, 10: 0.281, 9: 0.262, 2: 0.197, 19: 0.162, 12: 0.115, 16: 0.081,
}  # fmt: skip


@dataclass(frozen=True)
class Videos:
    """Columns of all videos, position = video_id, ordered by upload.

    Attributes
    ----------
    dense : bool (n_videos,)
        Whether the video is one of small_matrix.
    upload_day : int64 (n_videos,)
        Days since 2020-07-05, negative before.
    duration_ms, second_duration_ms : int64 (n_videos,)
        The usual length, and that of some of its rows (equal where there is none).
    second_share : float64 (n_videos,)
        Share of rows with the second length.
    tags : int64 (n_videos, 4)
        Tag codes, -1 where the list is over.
    author : int64 (n_videos,)
        Author code, its own id space.
    advert : bool (n_videos,)
        video_type AD.
    effect : float64 (n_videos,)
        Shift of log play time.
    """

    dense: np.ndarray
    upload_day: np.ndarray
    duration_ms: np.ndarray
    second_duration_ms: np.ndarray
    second_share: np.ndarray
    tags: np.ndarray
    author: np.ndarray
    advert: np.ndarray
    effect: np.ndarray


def _upload_days(n: int, before: int, n_real: int, rng: np.random.Generator) -> np.ndarray:
    """Upload days in ascending order: some before the log, the others evenly over it."""
    n_before = max(1, round(n * before / n_real))
    ages = np.minimum(24.0 * exponential(rng, n_before), -FIRST_UPLOAD_DAY - 1)
    old = np.sort(-1 - ages.astype(np.int64))
    old[0] = FIRST_UPLOAD_DAY
    new = np.arange(n - n_before) * DAYS // max(n - n_before, 1)
    return np.concatenate([old, new])


def _durations(
    tags: np.ndarray, dense: np.ndarray, p: VideoParameters, rng: np.random.Generator
) -> np.ndarray:
    """Lengths in ms with the published quantiles, in dense videos and in the others."""
    n = len(tags)
    lean = 0.3 * normal(rng, len(TAG_COUNTS))
    for tag, share in LOOPS_BY_TAG.items():
        lean[tag] = logit(0.33) - logit(share)
    lean = lean[tags[:, 0]]
    lean = (lean - mean(lean)) / spread(lean)
    rest = np.sqrt(1 - p.length_by_tag * p.length_by_tag)
    score = p.length_by_tag * lean + rest * normal(rng, n)
    lengths = np.empty(n, dtype=np.int64)
    for group in (np.flatnonzero(dense), np.flatnonzero(~dense)):
        order = np.argsort(np.argsort(score[group], kind="stable"), kind="stable")
        ranks = (order + 0.5) / len(group)
        log_ms = interpolate(ranks, p.length_ranks, log(p.length_ms))
        lengths[group] = np.rint(exp(log_ms))
        lengths[group[np.argmax(ranks)]] = p.length_ms[-1]
        lengths[group[np.argmin(ranks)]] = p.length_ms[0]
    lengths[np.flatnonzero(~dense)[len(lengths) // 3]] = p.shortest_ms
    return lengths


def build_videos(counts: Counts, parameters: Parameters, seed: int) -> Videos:
    """Draw all videos.

    Parameters
    ----------
    counts : Counts
        How many, and how many of them dense.
    parameters : Parameters
        Distributions of lengths, uploads and effects.
    seed : int
        Seed of the simulation.
    """
    p, e = parameters.videos, parameters.exposure
    n = counts.videos
    rng = generator(seed, "videos")
    upload_day = _upload_days(n, p.uploaded_before, parameters.counts.videos, rng)
    advert = rng.random(n) < p.advert_share
    eligible = np.flatnonzero((upload_day < LATE_DAY) & ~advert)
    dense = np.zeros(n, dtype=bool)
    dense[rng.permutation(eligible)[: counts.dense_videos]] = True
    tags = draw_tags(n, rng)
    duration = _durations(tags, dense, p, rng)
    has_second = rng.random(n) < e.second_duration_share
    low, high = e.second_duration_shift
    shift = rng.integers(low, high, n, endpoint=True)
    shift = np.where(shift == 0, 25, shift) * has_second
    least, most = np.where(dense, p.length_ms[0], p.shortest_ms), p.length_ms[-1]
    return Videos(
        dense=dense,
        upload_day=upload_day,
        duration_ms=duration,
        second_duration_ms=np.clip(duration + shift, least, most).astype(np.int64),
        second_share=uniform(rng, *e.second_duration_rows, n) * has_second,
        tags=tags,
        author=draw_authors(n, counts.authors, rng),
        advert=advert,
        effect=parameters.play.video_sd * even_normal(dense, rng),
    )
