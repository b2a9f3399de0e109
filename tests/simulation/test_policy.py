"""The policy learns tastes from what it showed, and from nothing else."""

from dataclasses import replace

import numpy as np
import pytest
from simulated_kuairec import days
from simulated_kuairec.log import log_chunk
from simulated_kuairec.parameters import PARAMETERS
from simulated_kuairec.policy import Beliefs, taste_in_window
from simulated_kuairec.seeds import generator
from simulated_kuairec.world import World, build_world

SMALL = 0.04
USERS = np.arange(64)
STRANGERS = replace(PARAMETERS.exposure, views_before=0.0)


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(SMALL, 42)


def skill(world: World, guess: np.ndarray) -> float:
    """Correlation of guessed and true appeal over all pairs of the users."""
    truth = taste_in_window(world.play, USERS, 0)
    offers = world.play.taste.video.T
    return np.corrcoef((guess @ offers).ravel(), (truth @ offers).ravel())[0, 1]


def test_it_knows_its_users_a_little_when_the_log_begins(world):
    nothing = Beliefs(world.play, USERS, STRANGERS, generator(1, "x")).guess()
    assert np.abs(nothing).max() < 1e-4
    known = Beliefs(world.play, USERS, PARAMETERS.exposure, generator(1, "x"))
    assert 0.5 < skill(world, known.guess()) < 0.95


def test_it_guesses_better_after_each_window(world):
    rng = generator(1, "shown")
    beliefs = Beliefs(world.play, USERS, PARAMETERS.exposure, generator(1, "x"))
    skills = [skill(world, beliefs.guess())]
    for _ in range(2):
        videos = len(world.play.videos.dense)
        beliefs.learn([rng.choice(videos, 500, replace=False) for _ in USERS], 0)
        skills.append(skill(world, beliefs.guess()))
    assert skills[0] < skills[1] < skills[2] < 1


def test_it_learns_nothing_of_what_it_does_not_show(world):
    offers = np.abs(world.play.taste.video)
    one_sided = np.argsort(offers[:, 1:].max(axis=1) / offers[:, 0])[:100]
    beliefs = Beliefs(world.play, USERS, STRANGERS, generator(1, "x"))
    beliefs.learn([one_sided] * len(USERS), 0)
    size = np.abs(beliefs.guess()).mean(axis=0)
    assert size[0] > 3 * size[1:].max()
    before = beliefs.guess()
    beliefs.learn([np.empty(0, dtype=np.int64)] * len(USERS), 1)
    assert np.array_equal(beliefs.guess(), before)


def test_what_is_shown_leans_to_the_guess_where_it_is_wrong_too(world):
    """The errors of the first guess show in the first window: biased to the guess, not to taste."""
    beliefs = Beliefs(
        world.play, USERS, PARAMETERS.exposure, generator(world.seed, "log", 0)
    )  # the first numbers that the chunk draws are these
    offers = world.play.taste.video.T / PARAMETERS.taste.sd
    truth, guessed = taste_in_window(world.play, USERS, 0) @ offers, beliefs.guess() @ offers
    wrong = guessed - truth * (guessed * truth).sum() / (truth**2).sum()
    rows = log_chunk(world, 0)
    first_window = rows.at_ms / 1000 < days.EPOCH + 8 * days.SECONDS
    user, video = rows.user[first_window], rows.video[first_window]
    assert wrong[user, video].mean() > wrong.mean() + 0.03
