"""What is shown: how many views each user has, on which days, and how long videos live."""

from dataclasses import dataclass

import numpy as np
from reelrank.exact_math import exp, log, mean, power, total

from simulated_kuairec.days import DAYS, LATE_DAY, LOG_DAYS, WINDOWS
from simulated_kuairec.draws import normal, open_uniform, uniform
from simulated_kuairec.parameters import (
    HEAVY_USERS,
    HEAVY_USERS_TIMES,
    MOST_SEEN_SHARE,
    Exposure,
    RealCounts,
)
from simulated_kuairec.scales import Counts
from simulated_kuairec.seeds import apportion, generator
from simulated_kuairec.videos import Videos

# days from which each volume of the parameters holds: 07-05, 08-27, 08-30
VOLUME_FROM = (0, 53, LATE_DAY)


@dataclass(frozen=True)
class Plan:
    """The exposure policy without its personal part.

    Attributes
    ----------
    pairs, rewatches, exact_copies, label_copies : int64 (n_users,)
        Rows of big_matrix per user; a user's rows are their sum.
    activity : float32 (n_users, 28)
        How much a user watches on each day of the log.
    dense_activity : float32 (n_users, 63)
        The same over all days, for small_matrix.
    profile : float32 (28, n_videos)
        How much the policy shows each video on each day of the log.
    replay : float32 (n_videos,)
        How much each video is watched again.
    certain_user, certain_day : int64 (n_videos,)
        A view that is sure to happen, so that every video is in the log.
    """

    pairs: np.ndarray
    rewatches: np.ndarray
    exact_copies: np.ndarray
    label_copies: np.ndarray
    activity: np.ndarray
    dense_activity: np.ndarray
    profile: np.ndarray
    replay: np.ndarray
    certain_user: np.ndarray
    certain_day: np.ndarray


def _pairs_per_user(
    counts: Counts, dense: np.ndarray, p: Exposure, rng: np.random.Generator
) -> np.ndarray:
    """Distinct videos per user, summing to the count of pairs."""
    n = counts.users
    per_event = counts.log_pairs / counts.log_rows
    narrower = counts.log_rows / counts.users / (RealCounts.log_rows / RealCounts.users)
    events = p.events_mean + p.events_sd * normal(rng, n)
    heavy = rng.random(n) < HEAVY_USERS
    events = np.where(heavy, events * uniform(rng, *HEAVY_USERS_TIMES, n), events)
    events[dense] = p.dense_events * exp(p.dense_events_sd * normal(rng, dense.sum()))
    pairs = np.maximum(events, 1.1 * p.events_least) * per_event * narrower
    room = MOST_SEEN_SHARE * np.where(dense, counts.videos - counts.dense_videos, counts.videos)
    for _ in range(20):
        pairs = np.minimum(pairs, room)
        short = counts.log_pairs - total(pairs)
        pairs = np.maximum(pairs + short * ~dense / (~dense).sum(), p.events_least * narrower)
    return apportion(pairs, counts.log_pairs, rng)


def _volume(
    n: int, sd: float, active_share: float, p: Exposure, rng: np.random.Generator
) -> np.ndarray:
    """Relative volume per user and day, 0 on days off; float64 (n, 63)."""
    volume = exp(sd * normal(rng, (n, DAYS)))
    volume[rng.random((n, DAYS)) > active_share] = 0.0
    of_day = np.empty(DAYS)
    for start, share in zip(VOLUME_FROM, p.volume, strict=True):
        of_day[start:] = share
    return volume * of_day


def _activity(n: int, p: Exposure, rng: np.random.Generator) -> np.ndarray:
    """Relative volume per user on the 28 days of the log.

    Users are busier in one window than in another. Some lose interest before the third one, and
    some leave: their last day is before it, in its days before the late ones, or in those.
    """
    volume = _volume(n, p.day_sd, p.active_share, p, rng)[:, LOG_DAYS]
    for start, stop in WINDOWS:
        volume[:, start:stop] *= exp(p.window_sd * normal(rng, (n, 1)))
    fading = rng.random(n) < p.fading_share
    volume[fading, WINDOWS[-1][0] :] *= power(open_uniform(rng, (fading.sum(), 1)), p.fading_power)
    late = int((LOG_DAYS < LATE_DAY).sum())
    ends = (6, WINDOWS[-1][0], late, len(LOG_DAYS) - 1)
    stage = np.searchsorted(np.cumsum(p.leaver_shares), rng.random(n), side="right")
    leaving = np.flatnonzero(stage < len(p.leaver_shares))
    first, end = np.array(ends)[stage[leaving]], np.array(ends)[stage[leaving] + 1]
    last = first + (rng.random(len(leaving)) * (end - first)).astype(np.int64)
    volume[leaving] *= np.arange(len(LOG_DAYS)) <= last[:, None]
    volume[volume.sum(axis=1) == 0, 0] = 1.0
    return volume.astype(np.float32)


def _dense_activity(n: int, p: Exposure, rng: np.random.Generator) -> np.ndarray:
    """Relative volume per user on all 63 days; the last one is never quite off."""
    volume = _volume(n, p.dense_day_sd, p.dense_active_share, p, rng)
    volume[:, DAYS - 1] = np.maximum(volume[:, DAYS - 1], 1e-3)
    return volume.astype(np.float32)


def _profile(videos: Videos, p: Exposure, rng: np.random.Generator) -> np.ndarray:
    """Weight of each video on each day, mean 1: a burst on the upload day, and an end."""
    n = len(videos.upload_day)
    age = LOG_DAYS[:, None] - videos.upload_day
    popularity = exp(p.popularity_sd * normal(rng, n) + p.dense_popularity * videos.dense)
    life = exp(log(p.life_days) + p.life_sd * normal(rng, n))
    next_log_day = LOG_DAYS[np.searchsorted(LOG_DAYS, np.maximum(videos.upload_day, 0))]
    life = np.maximum(life, next_log_day - videos.upload_day + 1)
    fading = 1 - p.fresh_discount * exp(-np.maximum(age, 0) / p.fresh_days)
    fading = fading + p.first_day_boost * (age == 0)
    weights = popularity * fading * ((age >= 0) & (age < life))
    return (weights / mean(weights)[:, None]).astype(np.float32)


def _certain_views(
    dense: np.ndarray, videos: Videos, activity: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """One user and one log day for every video; dense videos before the late days."""
    n = len(videos.upload_day)
    first = np.searchsorted(LOG_DAYS, np.maximum(videos.upload_day, 0))
    end = np.where(videos.dense, np.searchsorted(LOG_DAYS, LATE_DAY), len(LOG_DAYS))
    day = np.minimum(first + rng.integers(0, 3, n), end - 1)
    user = np.empty(n, dtype=np.int64)
    for d in np.unique(day):
        able = np.flatnonzero(~dense & (activity[:, d] > 0))
        user[day == d] = rng.choice(able, size=(day == d).sum())
    return user, day


def build_plan(counts: Counts, dense: np.ndarray, videos: Videos, p: Exposure, seed: int) -> Plan:
    """Draw the plan.

    Parameters
    ----------
    counts : Counts
        Exact row counts to reach.
    dense : bool (n_users,)
        Dense users, thin in the log.
    videos : Videos
        Their upload days bound what can be shown.
    p : Exposure
        The policy.
    seed : int
        Seed of the simulation.
    """
    rng = generator(seed, "plan")
    pairs = _pairs_per_user(counts, dense, p, rng)
    activity = _activity(counts.users, p, rng)
    dense_activity = _dense_activity(counts.users, p, generator(seed, "dense activity"))
    profile = _profile(videos, p, generator(seed, "profile"))
    certain_user, certain_day = _certain_views(dense, videos, activity, rng)
    pairs = np.maximum(pairs, np.bincount(certain_user, minlength=counts.users))
    fixed = np.bincount(certain_user, minlength=counts.users)
    pairs = fixed + apportion(pairs - fixed, counts.log_pairs - fixed.sum(), rng)
    keen = exp(p.rewatch_user_sd * normal(rng, counts.users))
    rewatches = apportion(pairs * keen, counts.log_rewatches, rng)
    copies = apportion(pairs + rewatches, counts.log_exact_copies, rng)
    replay = exp(p.rewatch_video_sd * normal(rng, counts.videos)).astype(np.float32)
    label_copies = apportion(pairs + rewatches, counts.log_label_copies, rng)
    return Plan(
        pairs=pairs, rewatches=rewatches, exact_copies=copies, label_copies=label_copies,
        activity=activity, dense_activity=dense_activity, profile=profile,
        replay=replay, certain_user=certain_user, certain_day=certain_day,
    )  # fmt: skip
