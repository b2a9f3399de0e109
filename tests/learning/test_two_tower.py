from dataclasses import replace

import numpy as np
import pytest
from reelrank.candidates import als, read_train_log
from reelrank.embeddings import publish_towers, publish_vectors, split_blocks, tower_steps
from reelrank.errors import UserError
from reelrank.list_ranker import read_cutoffs, read_moment, scorer
from reelrank.list_ranker.sources import log_chance
from reelrank.neural import extra
from reelrank.presets import (
    AlsSettings,
    EmbeddingSettings,
    PlayTimeSettings,
    TowerSettings,
    read_preset,
)
from reelrank.warehouse.connection import open_for_reading
from test_embeddings import open_tampered

ALS = AlsSettings("long_view_count", 1.0, 10.0, 2.0, 1.0, 4, 1.0, 3)
TOWERS = TowerSettings(2, 8, 60, 20, 128, 0.03, 1.0, 2, 1.0, 2)
SETTINGS = EmbeddingSettings(3, ALS, PlayTimeSettings(2, 2, 2, 1.5), two_tower=TOWERS)
needs_extra = pytest.mark.skipif(
    not extra.is_installed(), reason="needs requirements-neural.txt (jax, optax)"
)


def publish(con, events="select * from training.interactions", seed=1, one_day=False):
    """Vectors of all blocks, and the towers' of (block, entity, id)."""
    blocks = split_blocks(con, 3)
    with open_tampered(con, events):
        log = read_train_log(con)
        whole = log, als.fit_factors(log, ALS, seed=1, threads=2)
        fits = publish_vectors(con, blocks, SETTINGS, whole, seed=1, threads=2)
        if one_day:
            fits = replace(fits, log=replace(fits.log, day=np.zeros_like(fits.log.day)))
        steps = []
        publish_towers(con, blocks, SETTINGS, fits, seed=seed, on_step=steps.append)
    assert sum(steps) == pytest.approx(tower_steps(SETTINGS, fits))
    found = con.execute(
        "select block, entity, entity_id, vector from entity_vectors where entity like 'tower%'"
    )
    return blocks, {tuple(key): np.array(vector) for *key, vector in found.fetchall()}


@pytest.fixture(scope="module")
def published(built_db):
    with open_for_reading(built_db, threads=2, memory_limit="1GB") as con:
        yield con, *publish(con)


@needs_extra
def test_the_same_seed_gives_the_same_bits_and_another_seed_others(published, con):
    _, _, told = published
    _, again = publish(con)
    assert all(np.array_equal(again[key], vector) for key, vector in told.items())
    _, other = publish(con, seed=2)
    assert not np.array_equal(other[(3, "tower_user", 1)], told[(3, "tower_user", 1)])


@needs_extra
def test_towers_of_a_block_never_saw_that_block_or_a_later_one(published, con):
    _, blocks, told = published
    _, odd = publish(
        con,
        "select * replace (if(event_unix_ms >= "
        f"{blocks.starts[2]}, 7 * play_duration_ms + 1000, play_duration_ms) as play_duration_ms)"
        " from training.interactions",
    )
    same = {key: np.array_equal(odd[key], vector) for key, vector in told.items()}
    assert all(same[key] for key in same if key[0] <= 2)
    assert not all(same[key] for key in same if key[0] == 3)


@needs_extra
def test_towers_of_a_log_of_a_single_day_are_fitted_without_last_days(con):
    blocks, found = publish(con, one_day=True)
    assert np.isfinite(found[(blocks.after_train, "tower_user", 1)]).all()


@needs_extra
def test_what_has_no_events_gets_the_vector_of_its_content(published):
    """User 59 and video 79 are never in the log; user 59 has the profile of user 56 but friends."""
    con, blocks, told = published
    last = blocks.after_train
    cold = told[(last, "tower_video", 79)]
    assert np.abs(cold[1:]).max() > 0
    likes = np.array([told[(last, "tower_video", video)] for video in range(78)])
    same = np.arange(78) % 5 == 79 % 5
    near = likes[:, 1:] @ cold[1:] / np.linalg.norm(likes[:, 1:], axis=1)
    assert near[same].mean() > near[~same].mean()
    assert np.abs(told[(last, "tower_user", 59)][2:]).max() > 0


@needs_extra
def test_the_margin_of_the_towers_finds_taste(published):
    con, blocks, _ = published
    (chance,) = con.execute(
        "select avg((a.two_tower_margin > b.two_tower_margin)::int)"
        " from rows_with_embeddings('training.ranker_rows', $block) as a"
        " join rows_with_embeddings('training.ranker_rows', $block) as b using (user_id, dataset)"
        " where a.dataset = 'dense' and a.is_long_view and not b.is_long_view",
        {"block": blocks.after_train},
    ).fetchone()
    assert chance > 0.6


@needs_extra
def test_the_source_adds_rate_exposure_and_chance(published):
    con, blocks, told = published
    last = blocks.after_train
    moment = read_moment(con, read_cutoffs(con)[-1], last, np.array([3], np.int32))
    [scores] = scorer(moment, "two_tower")(np.array([0]))
    video = int(np.flatnonzero(moment.is_alive)[0])
    user, item = told[(last, "tower_user", 3)], told[(last, "tower_video", moment.video_ids[video])]
    shown = told[(last, "tower_pull", 0)][0] * user[2:] @ item[1:]
    [chances] = log_chance(moment, np.array([0]), moment.towers)
    assert scores[video] == pytest.approx(moment.log_rate[video] + shown + chances[video], abs=1e-5)
    assert np.isneginf(scores[~moment.is_alive]).all()


def test_without_the_extra_a_preset_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr(extra, "find_spec", lambda _: None)
    with pytest.raises(UserError) as caught:
        read_preset("two_tower")
    assert "Preset two_tower needs JAX" in caught.value.problem
    assert "requirements-neural.txt" in caught.value.remedy
    assert read_preset("default").embeddings.two_tower is None
