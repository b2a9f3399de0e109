"""Taste from play time: a factorisation of how much longer or shorter than usual users watch.

    log play = level_u + context + m_u + b_v + p_u . q_v + spread_u * noise

Level and spread are the user's median and robust sd. The rest is fitted by alternating weighted
least squares (Koren, Bell and Volinsky 2009, Matrix factorization techniques for recommender
systems) with priors learned from the log (priors.py). Users differ in spread, and steady users
tell most, so an event weighs k(z) / spread^2, where z is its residual in spreads and

    k(z) = 1 / (1 + (z / c)^4)

leaves out skips and forgotten phones (a redescending M-estimate by iterated reweighting, Holland
and Welsch 1977, Robust regression using iteratively reweighted least-squares).
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from reelrank.embeddings.play_time.chance import fit_chance
from reelrank.embeddings.play_time.exposure import (
    Exposure,
    Strength,
    add_exposure,
    estimate_strength,
)
from reelrank.embeddings.play_time.least_squares import Effects, solve, sum_events
from reelrank.embeddings.play_time.log import CONTEXT_CODES, Levels, PlayLog
from reelrank.embeddings.play_time.priors import VideoPrior, covariance_of
from reelrank.embeddings.play_time.taste import PlayTaste
from reelrank.embeddings.play_time.weighing import Events, weigh
from reelrank.presets import PlayTimeSettings
from reelrank.progress import ignore
from reelrank.threads import one_blas_thread

FIRST_VARIANCE = 0.05  # of the priors before the first sweep; any wide one ends alike
PASSES = 3  # of weighing; the third hardly moves a weight


def fit_play_taste(
    log: PlayLog,
    levels: Levels,
    settings: PlayTimeSettings,
    *,
    seed: int,
    threads: int,
    earlier: PlayTaste | None = None,
    on_sweep: Callable[[float], None] = ignore,
) -> PlayTaste:
    """Fit the factorisation; the same bits for any number of threads.

    Parameters
    ----------
    levels : Levels
        From the same events as `log`.
    earlier : PlayTaste, optional
        A fit to start from, on events before those of `log`.
    on_sweep : callable
        Called with 1 after each sweep, `settings.sweep_count(earlier is None)` times.
    """
    events = Events.of(log, threads)
    with one_blas_thread():
        taste = replace(earlier or _start(log, levels, settings, seed), levels=levels)
        is_first = earlier is None
        if is_first:
            taste = _fit_pass(events, taste, settings, settings.sweeps, Strength(), on_sweep)
        sweeps = settings.sweeps if is_first else settings.later_sweeps
        taste = _fit_pass(events, taste, settings, sweeps, Strength(), on_sweep)
        strength = Strength()
        if settings.exposure:
            strength = estimate_strength(
                taste.users, taste.videos, events.of_users, events.of_videos
            )
        taste = _fit_pass(events, taste, settings, sweeps, strength, on_sweep)
        margins = events.each(lambda part: taste.margins(log, part))
        return replace(taste, strength=strength, chance=fit_chance(log, margins))


def _start(log: PlayLog, levels: Levels, settings: PlayTimeSettings, seed: int) -> PlayTaste:
    """Small random vectors; the biases of videos as their medians say, of users none."""
    rng = np.random.default_rng(seed)
    width = 1 + settings.factors

    def random_effects(count: int) -> Effects:
        means = rng.normal(0, 0.1, (count, width))
        means[:, 0] = 0
        return Effects(means, np.zeros((count, width, width)), np.zeros(count, bool))

    users, videos = random_effects(len(log.user_ids)), random_effects(len(log.video_ids))
    videos.means[:, 0] = levels.usual
    return PlayTaste(
        levels=levels,
        contexts={name: np.zeros(count) for name, count in CONTEXT_CODES.items()},
        users=replace(users, means=users.means * 0),
        videos=videos,
        user_covariance=FIRST_VARIANCE * np.eye(width),
        video_prior=VideoPrior.start(log.groups, width, FIRST_VARIANCE),
    )


def fit_users_alone(
    log: PlayLog, levels: Levels, settings: PlayTimeSettings, videos: np.ndarray, threads: int
) -> PlayTaste:
    """Fit users to videos that are known beforehand: the bound of what can be learned.

    Parameters
    ----------
    videos : float64 (n_videos, 1 + factors)
        Biases and vectors; `settings.factors` is not asked.
    """
    events = Events.of(log, threads)
    views = np.diff(events.by_video.starts)
    width = videos.shape[1]
    known = Effects(videos, np.zeros((len(videos), width, width)), views > 0)
    taste = _start(log, levels, replace(settings, factors=width - 1), seed=0)
    _, known, _ = _centre(taste.users, known, taste.video_prior, views)
    # wide for what users make of these vectors, whatever scale they have
    size = np.square(known.vectors).mean(axis=0)
    wide = FIRST_VARIANCE * np.diag(1 / np.concatenate([[1.0], np.maximum(size, 1e-12)]))
    taste = replace(taste, videos=known, user_covariance=wide)
    with one_blas_thread():
        for number in range(PASSES):
            strength = Strength()
            if number == PASSES - 1:
                strength = estimate_strength(taste.users, known, events.of_users, events.of_videos)
            taste, weights, weighted = weigh(events, taste, settings)
            values = events.by_user.arranged(weights), events.by_user.arranged(weighted)
            for _ in range(settings.sweeps):
                users = _solve_side(
                    events.of_users, values, known, strength.for_users,
                    np.zeros_like(taste.users.means), taste.user_covariance,
                )  # fmt: skip
                covariance = covariance_of(users, np.zeros(1))
                taste = replace(taste, users=users, user_covariance=covariance)
    return replace(taste, strength=strength)


def _fit_pass(
    events: Events,
    taste: PlayTaste,
    settings: PlayTimeSettings,
    sweeps: int,
    strength: Strength,
    on_sweep: Callable[[float], None],
) -> PlayTaste:
    """Weigh the events by the residuals of the fit so far, then sweep."""
    taste, weights, weighted = weigh(events, taste, settings)
    values = [
        (side.arranged(weights), side.arranged(weighted))
        for side in (events.by_user, events.by_video)
    ]
    for _ in range(sweeps):
        taste = _sweep(events, values, taste, strength)
        on_sweep(1)
    return taste


def _sweep(events: Events, values: list[tuple], taste: PlayTaste, strength: Strength) -> PlayTaste:
    """Solve for all users, then for all videos, and estimate the priors again."""
    of_users, of_videos = values
    users = _solve_side(
        events.of_users, of_users, taste.videos, strength.for_users,
        np.zeros_like(taste.users.means), taste.user_covariance,
    )  # fmt: skip
    user_covariance = covariance_of(users, np.zeros(1))
    videos = _solve_side(
        events.of_videos, of_videos, users, strength.for_videos,
        taste.video_prior.means, taste.video_prior.covariance,
    )  # fmt: skip
    video_prior = taste.video_prior.learned_from(videos)
    views = np.diff(events.by_video.starts)
    users, videos, video_prior = _centre(users, videos, video_prior, views)
    return replace(
        taste,
        users=users,
        videos=videos,
        user_covariance=user_covariance,
        video_prior=video_prior,
    )


def _solve_side(
    exposure: Exposure,
    values: tuple[np.ndarray, np.ndarray],
    others: Effects,
    strength: tuple[float, float],
    prior_means: np.ndarray,
    prior_covariance: np.ndarray,
) -> Effects:
    """Solve for all users or all videos; `values` are w and w * r of the events."""
    sums = sum_events(exposure.side, *values, others.means)
    if strength[0] > 0:
        sums = add_exposure(sums, exposure, others.vectors, strength)
    return solve(sums, prior_means, prior_covariance, exposure.side.is_known)


def _centre(
    users: Effects, videos: Effects, prior: VideoPrior, views: np.ndarray
) -> tuple[Effects, Effects, VideoPrior]:
    """Move the mean video's taste into the users' biases: what all videos share is level."""
    mean = views @ videos.vectors / max(views.sum(), 1)
    change = np.concatenate([[0.0], mean])
    moved = users.means.copy()
    moved[:, 0] += users.vectors @ mean
    return (
        replace(users, means=moved),
        replace(videos, means=videos.means - change),
        prior.moved(-change),
    )
