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

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from threadpoolctl import threadpool_limits

from reelrank.embeddings.play_time.chance import fit_chance
from reelrank.embeddings.play_time.context import context_effects, fit_contexts
from reelrank.embeddings.play_time.exposure import (
    Exposure,
    Strength,
    add_exposure,
    estimate_strength,
    find_exposures,
)
from reelrank.embeddings.play_time.least_squares import Effects, Side, solve, sum_events
from reelrank.embeddings.play_time.log import CONTEXT_CODES, Levels, PlayLog
from reelrank.embeddings.play_time.priors import VideoPrior, covariance_of
from reelrank.presets import PlayTimeSettings
from reelrank.progress import ignore

FIRST_VARIANCE = 0.05  # of the priors before the first sweep; any wide one ends alike
PASSES = 3  # of weighing; the third hardly moves a weight
LEAST_SLOPE = 0.1  # of psi: a log of outliers alone still says something
CHUNK = 1 << 15
MOST_SPREADS = 3.0  # contexts are fitted on residuals cut off here


@dataclass(frozen=True)
class PlayTaste:
    """What the events before an instant say.

    Attributes
    ----------
    levels : Levels
    contexts : dict of float64 (n_codes,)
        Effects of hour, age and repeat.
    users, videos : Effects
        m_u and p_u; b_v and q_v.
    user_covariance : float64 (1 + factors, 1 + factors)
        Of the prior of users, whose mean is 0.
    video_prior : VideoPrior
    strength : Strength
        How exposure follows taste.
    chance : tuple of float
        The log-odds of a long view are chance[0] + chance[1] * margin.
    honesty : float
        What `event_weights` multiplied k(z) by.
    """

    levels: Levels
    contexts: dict[str, np.ndarray]
    users: Effects
    videos: Effects
    user_covariance: np.ndarray
    video_prior: VideoPrior
    strength: Strength = Strength()
    chance: tuple[float, float] = (0.0, 1.0)
    honesty: float = 1.0

    def residuals(self, log: PlayLog, part: slice = slice(None)) -> np.ndarray:
        """Log play time of each event less level and context, float64 (n_events,)."""
        usual = self.levels.level[log.users[part]] + context_effects(log.cells[part], self.contexts)
        return log.log_play[part] - usual

    def tastes(self, log: PlayLog, part: slice = slice(None)) -> np.ndarray:
        """m_u + b_v + p_u . q_v of each event, float64 (n_events,)."""
        of_user, of_video = log.users[part], log.videos[part]
        users, videos = self._columns
        found = users[0][of_user] + videos[0][of_video]
        for factor in range(1, len(users)):
            found += users[factor][of_user] * videos[factor][of_video]
        return found

    @cached_property
    def _columns(self) -> tuple[np.ndarray, np.ndarray]:
        """Effects of users and of videos, a row for each number in them."""
        return self.users.means.T.copy(), self.videos.means.T.copy()

    def margins(self, log: PlayLog, part: slice = slice(None)) -> np.ndarray:
        """Give expected log play above what a long view takes, in spreads, float64 (n_events,)."""
        expected = log.log_play[part] - self.residuals(log, part) + self.tastes(log, part)
        return (expected - log.log_long_view[part]) / self.levels.spread[log.users[part]]


@dataclass(frozen=True)
class _Events:
    """The log from both sides, and what is the same in every sweep."""

    log: PlayLog
    by_user: Side
    by_video: Side
    of_users: Exposure
    of_videos: Exposure

    @classmethod
    def of(cls, log: PlayLog, threads: int) -> "_Events":
        counts = len(log.user_ids), len(log.video_ids)
        by_user = Side.of(log.users, log.videos, counts, threads)
        by_video = Side.of(log.videos, log.users, counts[::-1], threads)
        return cls(log, by_user, by_video, *find_exposures(log, by_user, by_video))

    def each(self, find: Callable[[slice], np.ndarray]) -> np.ndarray:
        """Find something of every event, float64 (n_events,), in chunks that fit the cache."""
        found = np.empty(len(self.log.users))

        def fill(part: slice) -> None:
            found[part] = find(part)

        with ThreadPoolExecutor(self.by_user.threads) as pool:
            list(pool.map(fill, _chunks(len(found))))
        return found


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
    events = _Events.of(log, threads)
    with threadpool_limits(limits=1, user_api="blas"):  # its sums depend on the threads
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
    events = _Events.of(log, threads)
    views = np.diff(events.by_video.starts)
    width = videos.shape[1]
    known = Effects(videos, np.zeros((len(videos), width, width)), views > 0)
    taste = _start(log, levels, replace(settings, factors=width - 1), seed=0)
    _, known, _ = _centre(taste.users, known, taste.video_prior, views)
    # wide for what users make of these vectors, whatever scale they have
    size = np.square(known.vectors).mean(axis=0)
    wide = FIRST_VARIANCE * np.diag(1 / np.concatenate([[1.0], np.maximum(size, 1e-12)]))
    taste = replace(taste, videos=known, user_covariance=wide)
    with threadpool_limits(limits=1, user_api="blas"):
        for number in range(PASSES):
            strength = Strength()
            if number == PASSES - 1:
                strength = estimate_strength(taste.users, known, events.of_users, events.of_videos)
            taste, weights, weighted = _weigh(events, taste, settings)
            values = events.by_user.arranged(weights), events.by_user.arranged(weighted)
            for _ in range(settings.sweeps):
                users = _solve_side(
                    events.of_users, values, known, strength.for_users,
                    np.zeros_like(taste.users.means), taste.user_covariance,
                )  # fmt: skip
                covariance = covariance_of(users, np.zeros(1))
                taste = replace(taste, users=users, user_covariance=covariance)
    return replace(taste, strength=strength)


def event_weights(scaled: np.ndarray, limit: float) -> tuple[np.ndarray, float]:
    """Give k(z) of residuals in spreads, times what makes the precision of the fit honest.

    The variance of an M-estimate is mean(psi^2) / mean(psi')^2 / n with psi = z k(z), where
    weights k alone claim 1 / mean(k) / n (Huber 1981, Robust statistics, section 3.2); so
    heavy tails lead to stronger shrinkage.

    Parameters
    ----------
    scaled : float64 (n_events,)
    limit : float
        Where an event counts half.

    Returns
    -------
    weights : float64 (n_events,)
    honesty : float
        The factor that is in them.
    """
    weights, slope, spread = np.empty_like(scaled), 0.0, 0.0
    for part in _chunks(len(scaled)):
        tail = np.square(np.square(scaled[part] / limit))  # a power differs between processors
        some = 1 / (1 + tail)
        slope += (some - 4 * tail * some**2).sum()
        spread += np.square(scaled[part] * some).sum()
        weights[part] = some
    count = max(len(scaled), 1)
    claimed = spread / count * (weights.sum() / count)
    honesty = max(slope / count, LEAST_SLOPE) ** 2 / claimed if claimed > 0 else 1.0
    return weights * honesty, float(honesty)


def _chunks(count: int) -> Iterator[slice]:
    """Slices of some events each: what is computed of them stays in the cache."""
    return (slice(start, start + CHUNK) for start in range(0, count, CHUNK))


def _weigh(
    events: _Events, taste: PlayTaste, settings: PlayTimeSettings
) -> tuple[PlayTaste, np.ndarray, np.ndarray]:
    """Weigh events by the residuals of a fit, and fit the contexts again.

    Returns
    -------
    taste : PlayTaste
        With the new contexts.
    weights, weighted : float64 (n_events,)
        w and w * r, in the order of the log.
    """
    log, level, spread = events.log, taste.levels.level, taste.levels.spread
    known = events.each(lambda part: taste.tastes(log, part))

    def scaled(part: slice) -> np.ndarray:
        return (taste.residuals(log, part) - known[part]) / spread[log.users[part]]

    def cut(part: slice) -> np.ndarray:
        users = log.users[part]
        most = MOST_SPREADS * spread[users]
        return np.clip(log.log_play[part] - level[users] - known[part], -most, most)

    weights, honesty = event_weights(events.each(scaled), settings.outlier_spreads)
    weights = events.each(lambda part: weights[part] / spread[log.users[part]] ** 2)
    contexts = fit_contexts(log, events.each(cut), weights)
    taste = replace(taste, contexts=contexts, honesty=honesty)
    return taste, weights, events.each(lambda part: weights[part] * taste.residuals(log, part))


def _fit_pass(
    events: _Events,
    taste: PlayTaste,
    settings: PlayTimeSettings,
    sweeps: int,
    strength: Strength,
    on_sweep: Callable[[float], None],
) -> PlayTaste:
    """Weigh the events by the residuals of the fit so far, then sweep."""
    taste, weights, weighted = _weigh(events, taste, settings)
    values = [
        (side.arranged(weights), side.arranged(weighted))
        for side in (events.by_user, events.by_video)
    ]
    for _ in range(sweeps):
        taste = _sweep(events, values, taste, strength)
        on_sweep(1)
    return taste


def _sweep(events: _Events, values: list[tuple], taste: PlayTaste, strength: Strength) -> PlayTaste:
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
