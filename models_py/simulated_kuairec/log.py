"""Rows of big_matrix, chunk of users by chunk: what was shown, when, and how long it was seen."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from reelrank.exact_math import exp, interpolate, log, product, total

from simulated_kuairec import days
from simulated_kuairec.draws import exponential, pareto, uniform
from simulated_kuairec.parameters import Exposure
from simulated_kuairec.play_time import draw
from simulated_kuairec.policy import Beliefs
from simulated_kuairec.seeds import apportion, generator
from simulated_kuairec.world import World

USERS_PER_CHUNK = 64


@dataclass(frozen=True)
class Rows:
    """Rows of an interaction file, in file order; all (n,).

    Attributes
    ----------
    user, video, play_ms, duration_ms : int64
        The first four columns.
    at_ms : int64
        Unix milliseconds; -1 where time, date and timestamp are unknown.
    label_day : int64
        The date column, as days since 2020-07-05.
    """

    user: np.ndarray
    video: np.ndarray
    play_ms: np.ndarray
    duration_ms: np.ndarray
    at_ms: np.ndarray
    label_day: np.ndarray

    def take(self, positions: np.ndarray) -> "Rows":
        """Rows at these positions, in this order."""
        return Rows(*(column[positions] for column in vars(self).values()))


def chunk_count(world: World) -> int:
    """How many chunks of users the log is made in."""
    return -(-world.counts.users // USERS_PER_CHUNK)


def _pairs_by_window(world: World, users: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """How many new videos each user meets in each window, int64 (n_users, 3)."""
    plan = world.plan
    wanted = np.zeros((len(users), len(days.WINDOWS)), dtype=np.int64)
    certain = np.flatnonzero(np.isin(plan.certain_user, users))
    window = np.searchsorted([stop for _, stop in days.WINDOWS], plan.certain_day[certain], "right")
    np.add.at(wanted, (plan.certain_user[certain] - users[0], window), 1)
    for row, user in enumerate(users):
        shares = [total(plan.activity[user, start:stop]) for start, stop in days.WINDOWS]
        wanted[row] += apportion(np.array(shares), plan.pairs[user] - wanted[row].sum(), rng)
    return wanted


def smallest(values: np.ndarray, n: int) -> np.ndarray:
    """Positions of the n smallest values, ascending; of equal values the first."""
    if n == 0:
        return np.empty(0, dtype=np.int64)
    last = np.partition(values, n - 1)[n - 1]
    below = np.flatnonzero(values < last)
    return np.sort(np.append(below, np.flatnonzero(values == last)[: n - len(below)]))


Look = Callable[[int, np.ndarray, np.ndarray, np.ndarray], None]
"""Sees a window before its draw: its number, the weights of all videos, float64 (n_users,
n_videos), which are closed, bool, and how many each user meets, int64 (n_users,)."""


def choose_pairs(
    world: World, users: np.ndarray, rng: np.random.Generator, look: Look | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distinct videos per user, and the window of the first view; sorted by user and video.

    Per window weighted draws without replacement among the videos not yet met: the first of a
    race whose times are exponential, shorter by the weight. The
    weight of a video is what the policy shows on the user's days of the window, times the
    exponential of its guess of the user's taste; it guesses again before each window.
    """
    plan, model = world.plan, world.play
    p = model.parameters
    beliefs = Beliefs(model, users, p.exposure, rng)
    wanted = _pairs_by_window(world, users, rng)
    met = np.full((len(users), len(model.videos.dense)), -1, dtype=np.int8)
    never = np.zeros(met.shape, dtype=bool)
    never[np.ix_(model.users.dense[users], model.videos.dense)] = True
    certain = np.flatnonzero(np.isin(plan.certain_user, users))
    reserved = plan.certain_user[certain] - users[0], certain
    offers = model.taste.video.T.astype(np.float64)
    for window, (start, stop) in enumerate(days.WINDOWS):
        guess = (p.exposure.guess_strength / p.taste.sd) * beliefs.guess()
        race, weights = np.empty(met.shape), np.empty(met.shape if look else (0, 0))
        for row, user in enumerate(users):
            shown = product(plan.activity[user, start:stop], plan.profile[start:stop])
            weight = np.maximum(shown, 1e-30) * exp(product(guess[row], offers))
            race[row] = exponential(rng, len(weight)) / weight
            if look:
                weights[row] = weight
        race[never | (met >= 0)] = np.inf
        if look:
            look(window, weights, never | (met >= 0), wanted[:, window])
        now = (plan.certain_day[certain] >= start) & (plan.certain_day[certain] < stop)
        race[reserved] = np.where(now, 0.0, np.inf)
        chosen = [smallest(row, n) for row, n in zip(race, wanted[:, window], strict=True)]
        beliefs.learn(chosen, window)
        met[np.repeat(np.arange(len(users)), wanted[:, window]), np.concatenate(chosen)] = window
    row, video = np.nonzero(met >= 0)
    return users[row], video, met[row, video]


def _choose_days(
    world: World,
    user: np.ndarray,
    video: np.ndarray,
    window: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Position of the log day of each pair's first view, within its window."""
    plan = world.plan
    window_of_day = np.repeat(np.arange(len(days.WINDOWS)), [b - a for a, b in days.WINDOWS])
    weights = plan.activity[user] * plan.profile.T[video]
    weights = np.cumsum(weights * (window_of_day == window[:, None]), axis=1)
    at = rng.random(len(user)) * weights[:, -1]
    day = np.minimum((weights <= at[:, None]).sum(axis=1), len(days.LOG_DAYS) - 1)
    certain = (plan.certain_user[video] == user) | (weights[:, -1] <= 0)
    return np.where(certain, plan.certain_day[video], day)


def session_seconds(
    user: np.ndarray, day: np.ndarray, p: Exposure, rng: np.random.Generator
) -> np.ndarray:
    """Second of the local day of views, gathered in a few sessions per user and day."""
    n_users, n_days = int(user.max()) + 1, int(day.max()) + 1
    edges = np.concatenate([[0.0], np.cumsum(p.hour_weights)])
    spots = rng.random((n_users * n_days, p.sessions)) * edges[-1]
    starts = interpolate(spots, edges, np.arange(len(edges)) * 3600.0)
    session = rng.integers(0, p.sessions, (2, len(user))).min(axis=0)
    seconds = starts[user * n_days + day, session] + p.session_seconds * exponential(rng, len(user))
    late = seconds >= days.SECONDS - 1
    seconds[late] = uniform(rng, 0, days.SECONDS - 1, late.sum())
    return seconds


def _rewatch(
    world: World, users: np.ndarray, video: np.ndarray, day: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Which pairs are watched again, and on which log day (-1: soon after the first view)."""
    p = world.play.parameters.exposure
    wanted = world.plan.rewatches[users]
    again = pareto(rng, p.rewatch_tail, len(video)) * world.plan.replay[video]
    again = np.cumsum(again)
    last = np.cumsum(world.plan.pairs[users]) - 1
    stop = again[last]
    start = np.concatenate([[0.0], stop[:-1]])
    at = np.repeat(start, wanted) + rng.random(wanted.sum()) * np.repeat(stop - start, wanted)
    pair = np.minimum(np.searchsorted(again, at), len(video) - 1)
    cumulated = np.cumsum(world.plan.activity[users], axis=1)
    row = np.repeat(np.arange(len(users)), wanted)
    before = cumulated[row, day[pair]]
    left = cumulated[row, -1] - before
    spot = before + rng.random(len(pair)) * left
    later = np.minimum((cumulated[row] <= spot[:, None]).sum(axis=1), cumulated.shape[1] - 1)
    soon = (rng.random(len(pair)) < p.rewatch_soon) | (left <= 1e-6 * cumulated[row, -1])
    soon |= world.plan.profile[later, video[pair]] == 0
    return pair, np.where(soon, -1, later)


def _events(
    world: World, users: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """User, video and Unix ms of every view, sorted by pair and time."""
    p = world.play.parameters.exposure
    user, video, window = choose_pairs(world, users, rng)
    day = _choose_days(world, user, video, window, rng)
    seconds = session_seconds(user - users[0], day, p, rng)
    pair, later = _rewatch(world, users, video, day, rng)
    soon = later < 0
    again = np.where(
        soon, seconds[pair] + 30 + p.rewatch_seconds * exponential(rng, len(pair)), 0.0
    )
    again[~soon] = session_seconds(user[pair[~soon]] - users[0], later[~soon], p, rng)
    again = np.minimum(again, days.SECONDS - 1 - rng.random(len(pair)))
    again_day = np.where(soon, day[pair], later)
    all_day = days.LOG_DAYS[np.concatenate([day, again_day])]
    at = days.EPOCH + all_day * days.SECONDS + np.concatenate([seconds, again])
    user, video = np.concatenate([user, user[pair]]), np.concatenate([video, video[pair]])
    at_ms = (at * 1000).astype(np.int64)
    order = np.lexsort((at_ms, video, user))
    return user[order], video[order], at_ms[order]


def seen_before(user: np.ndarray, video: np.ndarray) -> np.ndarray:
    """How often the pair was seen before, for views sorted by pair and time; int64 (n,)."""
    n = len(user)
    new = np.ones(n, dtype=bool)
    new[1:] = (user[1:] != user[:-1]) | (video[1:] != video[:-1])
    starts = np.flatnonzero(new)
    return np.arange(n) - starts[np.cumsum(new) - 1]


def durations(world: World, video: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Length in ms of each view's video: usually its own, sometimes its second one."""
    videos = world.play.videos
    second = rng.random(len(video)) < videos.second_share[video]
    return np.where(second, videos.second_duration_ms[video], videos.duration_ms[video])


def _labels(
    world: World, at_ms: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Date labels, some off by a day around midnight, and times, a few of them astray."""
    p = world.play.parameters.exposure
    day = days.day_of(at_ms / 1000)
    off = rng.random(len(day)) < p.label_shift_share
    second = (at_ms // 1000 - days.EPOCH) % days.SECONDS
    step = np.where(second < days.SECONDS // 2, -1, 1)
    inside = np.isin(day + step, days.LOG_DAYS)
    label = day + np.where(off & inside, step, 0) - np.where(off & ~inside, step, 0)
    astray = rng.random(len(day)) < p.stray_share
    moved = at_ms + (uniform(rng, -12, 5, len(day)) * days.SECONDS * 1000).astype(np.int64)
    moved = np.clip(moved, days.FIRST_STRAY * 1000 + 371, days.LAST_STRAY * 1000 + 427)
    return label, np.where(astray, moved, at_ms)


def _copies(
    world: World, users: np.ndarray, user: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Positions of rows that are there twice: equal in all columns, and equal but for the date."""
    plan = world.plan
    rows = np.bincount(user - users[0], minlength=len(users))
    start = np.cumsum(rows) - rows

    def pick(wanted: np.ndarray) -> np.ndarray:
        return np.repeat(start, wanted) + (
            rng.random(wanted.sum()) * np.repeat(rows, wanted)
        ).astype(np.int64)

    return pick(plan.exact_copies[users]), pick(plan.label_copies[users])


def log_chunk(world: World, chunk: int) -> Rows:
    """Make the rows of one chunk of users, sorted by user and time."""
    rng = generator(world.seed, "log", chunk)
    first = chunk * USERS_PER_CHUNK
    users = np.arange(first, min(first + USERS_PER_CHUNK, world.counts.users))
    user, video, at_ms = _events(world, users, rng)
    model = world.play
    shift = model.shift(user, video, at_ms / 1000)
    shift -= model.parameters.taste.boredom * log(1 + seen_before(user, video))
    play = draw(model.components(user, shift, "big"), rng)
    duration = durations(world, video, rng)
    label, at_ms = _labels(world, at_ms, rng)
    rows = Rows(user, video, play, duration, at_ms, label)
    exact, relabelled = _copies(world, users, user, rng)
    other = rows.label_day[relabelled]
    other = np.where(np.isin(other + 1, days.LOG_DAYS), other + 1, other - 1)
    positions = np.concatenate([np.arange(len(user)), exact, relabelled])
    rows = rows.take(positions)
    rows.label_day[len(positions) - len(relabelled) :] = other
    return rows.take(np.lexsort((rows.label_day, rows.at_ms, rows.user)))
