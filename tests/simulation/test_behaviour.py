"""What the stated model of behaviour promises, each on the simulated world itself."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtri
from simulated_kuairec import days
from simulated_kuairec.daily_counters import daily_table
from simulated_kuairec.dense import dense_chunk
from simulated_kuairec.log import log_chunk, seen_before
from simulated_kuairec.parameters import PARAMETERS
from simulated_kuairec.world import World, build_world

SMALL = 0.04
NOON_OF_DAY_31 = days.EPOCH + 31 * days.SECONDS + 12 * 3600


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(SMALL, 42)


def with_taste(**changes: float) -> World:
    return build_world(SMALL, 42, replace(PARAMETERS, taste=replace(PARAMETERS.taste, **changes)))


def cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return (one * other).sum(1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)


def test_taste_is_weak_and_so_is_a_videos_own_effect(world):
    taste = world.play.taste
    assert (taste.user @ taste.video.T).std() == pytest.approx(0.058, abs=0.006)
    assert world.play.videos.effect.std() == pytest.approx(0.028, abs=0.001)


def test_tags_show_a_part_of_what_a_video_offers_and_only_interactions_the_rest(world):
    tags, offers = world.play.videos.tags, world.play.taste.video
    known = np.ones((len(tags), 32))
    known[:, :31] = (tags[:, :, None] == np.arange(31)).any(axis=1)
    rest = offers - known @ np.linalg.lstsq(known, offers, rcond=None)[0]
    assert 0.1 < 1 - rest.var() / offers.var() < 0.4


def test_videos_of_an_author_are_alike_and_so_are_friends(world):
    author, taste = world.play.videos.author, world.play.taste
    order = np.argsort(author, kind="stable")
    same = author[order[1:]] == author[order[:-1]]
    assert cosines(taste.video[order[1:]][same], taste.video[order[:-1]][same]).mean() > 0.05
    user, friend = world.friends.T
    assert cosines(taste.user[user], taste.user[friend]).mean() > 0.3
    strangers = np.roll(taste.user, 1, axis=0)
    assert abs(cosines(taste.user, strangers).mean()) < 0.1


def test_the_log_shows_what_the_policy_takes_for_taste_and_the_dense_matrix_everything(world):
    taste, dense_videos = world.play.taste, world.play.videos.dense
    appeal = taste.user @ taste.video.T / PARAMETERS.taste.sd

    def of_the_shown(chunks: list) -> float:
        rows = [(row.user, row.video) for row in chunks]
        user, video = (np.concatenate(column) for column in zip(*rows, strict=True))
        return appeal[user, video].mean()

    assert of_the_shown([log_chunk(world, k) for k in range(3)]) > 0.15
    chunks = [dense_chunk(world, k) for k in range(3)]
    users = np.unique(np.concatenate([row.user for row in chunks]))
    assert of_the_shown(chunks) == pytest.approx(appeal[users][:, dense_videos].mean(), abs=0.005)


def test_boredom_shortens_repeats_and_nothing_else(world):
    bored, keen = log_chunk(world, 0), log_chunk(with_taste(boredom=0.0), 0)
    assert (bored.user == keen.user).all() and (bored.at_ms == keen.at_ms).all()
    once = np.lexsort((bored.at_ms, bored.video, bored.user))
    before = seen_before(bored.user[once], bored.video[once])
    played = [row.play_ms[once].astype(float) for row in (bored, keen)]
    assert (played[0][before == 0] == played[1][before == 0]).all()
    repeats = (before > 0) & (played[1] > 500) & (played[1] < PARAMETERS.play.longest_ms)
    assert (played[0][repeats] / played[1][repeats]).mean() < 0.97


def test_interest_drifts_over_the_days(world):
    rng = np.random.default_rng(0)
    user, video = rng.integers(0, 1_400, 2_000), rng.integers(0, 2_100, 2_000)
    still = with_taste(drift=0.0)
    moved = []
    for day in (0, 31, 62):
        at = np.full(2_000, NOON_OF_DAY_31 + (day - 31) * days.SECONDS, dtype=float)
        difference = world.play.shift(user, video, at) - still.play.shift(user, video, at)
        moved.append(difference)
    assert abs(moved[1]).max() < 1e-4
    assert moved[0].std() > 0.005
    assert np.corrcoef(moved[0], moved[2])[0, 1] < -0.99


def test_the_evening_lengthens_views_and_novelty_decays(world):
    user = np.arange(1_000)
    video = np.full(1_000, int(np.flatnonzero(world.play.videos.upload_day >= 20)[0]))
    upload = days.EPOCH + world.play.videos.upload_day[video] * days.SECONDS
    evening, morning = (world.play.shift(user, video, upload + h * 3600.0) for h in (22, 10))
    assert (evening > morning).all()
    new = [world.play.shift(user, video, upload + d * days.SECONDS) for d in (0, 4, 30)]
    plain = [with_taste(novelty_effect=0.0).play.shift(user, video, upload + d * days.SECONDS)
             for d in (0, 4, 30)]  # fmt: skip
    gained = [(a - b).mean() for a, b in zip(new, plain, strict=True)]
    assert gained == pytest.approx([0.04, 0.04 / np.e, 0.0], abs=1e-3)


def test_a_few_views_loop_for_minutes(world):
    play = np.concatenate([log_chunk(world, k).play_ms for k in range(3)])
    assert 1e-4 < (play > 120_000).mean() < 1e-2
    assert play.max() > 600_000


def test_counters_of_yesterday_inform_of_the_appeal_today(world):
    table = daily_table(world)
    video, plays, complete = (
        table[name].to_numpy() for name in ("video_id", "play_cnt", "complete_play_cnt")
    )
    label = days.date_labels()
    day = np.searchsorted(label, table["date"].to_numpy())
    counted = (plays > 5_000) & (complete > 0) & (complete < plays) & (day < days.DAYS - 1)
    video, day = video[counted], day[counted]
    log_length = np.log(world.play.videos.duration_ms[video])
    said = log_length + PARAMETERS.daily.width * ndtri((complete / np.maximum(plays, 1))[counted])
    upload, mood = world.play.videos.upload_day[video], world.play.taste.day
    novelty = PARAMETERS.taste.novelty_effect * np.exp(-np.maximum(day + 1 - upload, 0) / 4.0)
    appeal_tomorrow = world.play.videos.effect[video] + novelty + mood[video, day + 1]
    assert np.corrcoef(said, appeal_tomorrow)[0, 1] > 0.8


def test_memory_does_not_grow_with_the_rows():
    """The files are made in chunks of users, and a chunk of x4 is as large as one of full."""
    sizes = [len(log_chunk(build_world(factor, 42), 0).user) for factor in (1.0, 4.0)]
    assert sizes[1] < 1.3 * sizes[0]
