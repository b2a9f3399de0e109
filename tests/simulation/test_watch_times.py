import numpy as np
import pytest
from simulated_kuairec.play_time import draw, expected_ms, probability_above
from simulated_kuairec.world import build_world

VIEWS = 400_000


@pytest.fixture(scope="module")
def model():
    return build_world(0.0024, 42).play


@pytest.mark.parametrize("matrix", ["big", "small"])
@pytest.mark.parametrize("user", [0, 5, 17, 100])
def test_closed_forms_agree_with_drawn_views(model, matrix, user):
    users = np.full(VIEWS, user)
    shift = model.shift(users[:1], np.array([7]))
    play = draw(model.components(users, np.repeat(shift, VIEWS), matrix), np.random.default_rng(1))
    one = model.components(users[:1], shift, matrix)
    for limit in (500.0, 3_000.0, 7_500.0, 12_000.0, 60_000.0):
        share = (play > limit).mean()
        spread = np.sqrt(max(share * (1 - share), 1e-6) / VIEWS)
        # play times are whole ms, so the limit is met half a millisecond later
        assert share == pytest.approx(
            probability_above(one, np.array([limit + 0.5]))[0], abs=5 * spread
        )
    noise = play.std() / np.sqrt(VIEWS)
    assert play.mean() == pytest.approx(expected_ms(one)[0], abs=5 * noise)


def test_shares_of_the_parts_sum_to_one_and_none_is_negative(model):
    users = np.arange(len(model.users.level))
    for matrix in ("big", "small"):
        parts = model.components(users, np.zeros(len(users)), matrix).parts
        shares = np.array([share for share, _, _ in parts])
        assert shares.sum(axis=0) == pytest.approx(1.0)
        assert (shares > 0).all()


def test_the_lasting_appeal_is_the_video_effect_plus_the_dot_product_of_tastes(model):
    user, video = np.array([3, 4]), np.array([10, 20])
    taste = model.taste
    by_hand = [
        model.videos.effect[v] + float(taste.user[u] @ taste.video[v])
        for u, v in zip(user, video, strict=True)
    ]
    assert model.shift(user, video) == pytest.approx(by_hand, abs=1e-6)


def test_a_fresh_video_in_the_evening_is_watched_longer_than_an_old_one_at_noon(model):
    video = np.array([int(np.flatnonzero(model.videos.upload_day == 5)[0])])
    user = np.zeros(1, dtype=int)
    model.taste.day[video] = 0
    model.taste.drift[user] = 0
    evening = 1_593_878_400 + 5 * 86_400 + 22 * 3600.0
    fresh = model.shift(user, video, np.array([evening]))
    old = model.shift(user, video, np.array([evening + 40 * 86_400 - 10 * 3600]))
    assert fresh[0] > old[0]
