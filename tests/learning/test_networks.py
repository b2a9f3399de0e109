"""Networks as heads: what they read, learn and keep."""

import shutil
from dataclasses import replace

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from presets_as_text import write_preset
from reelrank import training
from reelrank.errors import UserError
from reelrank.neural import extra
from reelrank.presets import read_preset
from reelrank.ranker import Feature, fit_heads, read_features, read_training_rows
from reelrank.ranker.heads import HEADS
from reelrank.ranker.rows import Pairs
from reelrank.serving import load_run, recommend_for_user
from reelrank.warehouse.connection import open_for_reading
from workbench import train

pytestmark = pytest.mark.skipif(
    not extra.is_installed(), reason="needs requirements-neural.txt (jax, optax)"
)
NET = {"width": 16, "batch_rows": 64, "steps": 120, "step": 0.01, "checks": 4, "patience": 2,
       "shrinkage": 0.00001}  # fmt: skip
NAMES = ("mlp", "dcn_v2", "transformer")
TOWERS = {"factors": 2, "width": 8, "steps": 20, "later_steps": 10, "batch_rows": 128,
          "step": 0.03, "shrinkage": 1.0, "others": 2, "retrieval_weight": 1.0,
          "validation_days": 2}  # fmt: skip


def network_preset(path, **changes):
    keys = {f"ranker.net.{name}": value for name, value in NET.items()}
    heads = {"ranker.heads": ["watch_ratio", "transformer"]}
    return write_preset(path, **(heads | keys | changes))


@pytest.fixture(scope="module")
def fitted(built_db, tmp_path_factory):
    """A job, its training rows, a function that fits one head on them, and all networks alone."""
    preset = read_preset(str(network_preset(tmp_path_factory.mktemp("net") / "net.toml")))
    with open_for_reading(built_db, threads=2, memory_limit="1GB") as con:
        features = read_features(con, "default")
        job = training.start_job(con, preset, features, 1, 2)
        log = training.read_train_log(con)
        training.fit_embeddings(job, log, training.fit_stage_one(job, log))
        from reelrank.neural.last_events import read_last_events

        rows = read_training_rows(con, "default", features, job.blocks, max_rows=10**6, seed=1,
                                  first_block=1)  # fmt: skip
        rows = replace(rows, events=read_last_events(con, job.blocks))

        def fit(name, is_alone=True, seed=1):
            settings = replace(preset.ranker, heads=(name,))
            heads = {name: replace(HEADS[name], start=None)} if is_alone else HEADS
            return fit_heads(rows, features, settings, seed=seed, threads=2, heads=heads)[0]

        yield job, rows, fit, {name: fit(name) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_a_network_learns_long_views_from_the_rows_of_the_trees(fitted, name):
    _, rows, _, alone = fitted
    head = alone[name]
    pairs = Pairs(rows.user_id, rows.video_id)
    found = head.predict(rows.features, 1, None, pairs)
    assert found[rows.is_long_view].mean() > found[~rows.is_long_view].mean() + 0.1
    assert found.min() >= 0 and found.max() <= 1


def test_the_same_seed_gives_the_same_bits_and_text_gives_the_network_back(fitted):
    from reelrank.neural.heads import load_net

    _, rows, fit, alone = fitted
    some, pairs = rows.features.slice(0, 300), Pairs(rows.user_id[:300], rows.video_id[:300])
    one, again, other = alone["transformer"], fit("transformer"), fit("transformer", seed=2)
    told = one.predict(some, 1, None, pairs)
    assert np.array_equal(told, again.predict(some, 1, None, pairs))
    assert not np.array_equal(told, other.predict(some, 1, None, pairs))
    back = load_net(one.head, one.text(), one.round_count, one.start)
    assert np.array_equal(told, back.predict(some, 1, None, pairs))


def test_a_network_that_does_not_help_is_left_out(fitted):
    _, rows, fit, _ = fitted
    head = fit("mlp", is_alone=False)
    assert (head.round_count == 0) == (head.choice.start >= head.choice.trees)
    start = rows.starts["play_log_odds"][:5]
    if not head.round_count:
        expected = 1 / (1 + np.exp(-start))
        np.testing.assert_allclose(head.predict(rows.features.slice(0, 5), 1, start), expected)


def test_contributions_add_up_to_what_the_network_adds(fitted):
    _, rows, _, alone = fitted
    head = alone["dcn_v2"]
    some = rows.features.slice(0, 50)
    contributions = head.contributions(some, 1)
    assert contributions.shape == (50, rows.features.num_columns)
    middle = replace(head, encoder=Middle(head.encoder)).trees(some, 1)
    np.testing.assert_allclose(contributions.sum(axis=1), head.trees(some, 1) - middle, atol=0.05)


class Middle:
    """An encoder that gives 0 for everything: where integrated gradients begin."""

    def __init__(self, encoder):
        self.encode = lambda features: 0 * encoder.encode(features)


def test_events_are_those_of_earlier_days_newest_first(fitted):
    job, rows, *_ = fitted
    events = rows.events
    user, day = int(rows.user_id[-1]), int(rows.day[-1])
    position = np.searchsorted(events.log.user_ids, [user])
    tokens = events.of_rows(position, np.array([day]))
    expected = job.con.execute(
        "select video_id, ln(greatest(play_duration_ms, 100)) from training.interactions"
        " where split = 'train' and user_id = $user and event_on < date '2000-01-01' + $day::int"
        " order by event_unix_ms desc, video_id desc, nth_watch desc limit 20",
        {"user": user, "day": day},
    ).fetchall()
    known = tokens.signals[0, :, -1] > 0
    assert known.sum() == len(expected) > 3
    assert events.log.video_ids[tokens.video[0, known]].tolist() == [video for video, _ in expected]
    block = np.searchsorted(events.first_days, day + 10_957, side="right") - 1
    spread, level = events.usual[block, position[0]]
    above = np.clip([(play - level) / spread for _, play in expected], -3, 3)
    np.testing.assert_allclose(tokens.signals[0, known, 2], above, atol=1e-4)
    (gap, *_), *_ = tokens.signals[0]
    assert gap >= np.log(2) - 1e-6  # at least a day ago


def test_numbers_become_their_place_among_quantiles_and_codes_flags():
    from reelrank.neural.encoding import Encoder

    table = pa.table({"a": pa.array([0.0, 10, 20, None]), "b": pa.array([3, 5, 5, None])})
    encoder = Encoder.of(table, [Feature("a", False, False), Feature("b", True, False)])
    asked = pa.table({"a": pa.array([10.0, 25, None, 0]), "b": pa.array([5, 3, 7, None])})
    np.testing.assert_allclose(
        encoder.encode(asked),
        [[0, 0, 0, 1, 0], [1, 0, 1, 0, 0], [0, 1, 0, 0, 1], [-1, 0, 0, 0, 1]],
        atol=1e-6,
    )
    assert encoder.owners.tolist() == [0, 0, 1, 1, 1]


def test_a_run_with_networks_is_published_served_and_says_what_it_took(built_db, tmp_path):
    db = shutil.copy(built_db, tmp_path / "little.duckdb")
    towers = {f"embeddings.two_tower.{name}": value for name, value in TOWERS.items()}
    compared = ["als", "most_viewed", "best_received", "two_tower"]
    preset = network_preset(
        tmp_path / "net.toml", **towers, **{"candidates.compared_sources": compared}
    )
    done = train(db, "--preset", str(preset), "--resamples", "100")
    assert done.returncode == 0, done.stderr
    with duckdb.connect(str(db)) as con:
        costs = dict(
            con.execute("select model, size_mb from ml.costs where peak_mb > 0").fetchall()
        )
        assert set(costs) == {"als", "two_tower", "ranker"} and min(costs.values()) > 0
        judged = con.execute(
            "select distinct protocol from ml.metrics where model = 'two_tower' order by 1"
        ).fetchall()
        assert {("dense",), ("holdout",), ("end_to_end",)} <= set(judged)
        assert con.execute("select count(two_tower_score) from ml.predictions").fetchone()[0] > 0
        told = con.execute(
            "select video_id from ml.recommendations where user_id = 3 order by rank"
        ).fetchall()
    with open_for_reading(db, threads=1, memory_limit="1GB") as con:
        served = recommend_for_user(con, load_run(con), 3)
    assert served["video_id"].to_pylist() == [video for (video,) in told]


def test_a_preset_of_networks_says_how_they_are_trained(tmp_path):
    path = network_preset(tmp_path / "net.toml", **{f"ranker.net.{name}": None for name in NET})
    with pytest.raises(UserError, match="ranker.net"):
        read_preset(str(path))
