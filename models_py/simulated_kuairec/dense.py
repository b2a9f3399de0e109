"""Rows of small_matrix: dense users watch nearly all dense videos, whatever their taste."""

import numpy as np
from reelrank.exact_math import exp

from simulated_kuairec import days
from simulated_kuairec.draws import normal
from simulated_kuairec.log import Rows, durations, session_seconds
from simulated_kuairec.parameters import ABSENT_SPREAD, FRESH_DAYS, FRESH_WEIGHT
from simulated_kuairec.play_time import draw
from simulated_kuairec.seeds import apportion, generator
from simulated_kuairec.world import World

USERS_PER_CHUNK = 16


def chunk_count(world: World) -> int:
    """How many chunks of users small_matrix is made in."""
    return -(-world.counts.dense_users // USERS_PER_CHUNK)


def _absent(world: World) -> np.ndarray:
    """Pairs that are absent per dense user, int64 (n_dense_users,)."""
    rng = generator(world.seed, "absent")
    counts = world.counts
    total = counts.dense_users * counts.dense_videos - counts.dense_rows
    weights = np.clip(1.0 + ABSENT_SPREAD * normal(rng, counts.dense_users), 0.02, 2.5)
    return apportion(weights, total, rng)


def _days(
    world: World, user: np.ndarray, video: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Day of each view: on the user's active days, from the upload on, sooner rather than later."""
    age = np.arange(days.DAYS) - world.play.videos.upload_day[:, None]
    fresh = (age >= 0) * (1 + FRESH_WEIGHT * exp(-np.maximum(age, 0) / FRESH_DAYS))
    weights = fresh.astype(np.float32)[video] * world.plan.dense_activity[user]
    weights = np.cumsum(weights, axis=1)
    at = rng.random(len(user)) * weights[:, -1]
    return np.minimum((weights <= at[:, None]).sum(axis=1), days.DAYS - 1)


def dense_chunk(world: World, chunk: int) -> Rows:
    """Make the rows of one chunk of dense users: sorted by user and time, unknown times last."""
    rng = generator(world.seed, "dense", chunk)
    model, counts = world.play, world.counts
    mine = slice(chunk * USERS_PER_CHUNK, (chunk + 1) * USERS_PER_CHUNK)
    users = np.flatnonzero(model.users.dense)[mine]
    videos = np.flatnonzero(model.videos.dense)
    keys = rng.random((len(users), len(videos)))
    order = np.argsort(keys, axis=1, kind="stable")
    ranks = np.argsort(order, axis=1, kind="stable")
    kept = ranks >= _absent(world)[mine][:, None]
    row, column = np.nonzero(kept)
    user, video = users[row], videos[column]
    day = _days(world, user, video, rng)
    seconds = session_seconds(row, day, model.parameters.exposure, rng)
    at = days.EPOCH + day * days.SECONDS + seconds
    shift = model.shift(user, video, at)
    play = draw(model.components(user, shift, "small"), rng)
    unknown = rng.random(len(user)) < counts.dense_rows_without_time / counts.dense_rows
    at_ms = np.where(unknown, -1, (at * 1000).astype(np.int64))
    rows = Rows(user, video, play, durations(world, video, rng), at_ms, day)
    return rows.take(np.lexsort((at_ms, unknown, user)))
