"""What trees may do on a log of a given size, and whether they are used at all."""

import numpy as np
import pyarrow as pa
import pytest
from reelrank.presets import read_preset
from reelrank.ranker.choosing import judge_trees
from reelrank.ranker.heads import HEADS
from reelrank.ranker.rows import TrainingRows
from reelrank.ranker.sizing import least_in_leaf, pace, settings_of_size


@pytest.mark.parametrize(
    ("rows", "leaf", "share"),
    [(500, 20, 0.25), (5_000, 20, 0.266), (150_000, 100, 0.622), (10_000_000, 1_000, 1.0)],
)
def test_leaves_and_steps_follow_the_size(rows, leaf, share):
    assert least_in_leaf(rows) == leaf
    assert pace(rows) == pytest.approx(share, abs=0.001)


def test_the_default_preset_follows_the_size_and_reference_does_not():
    small = settings_of_size(read_preset("default").ranker, 5_000)
    assert small.parameters.min_data_in_leaf == 20
    assert small.parameters.min_data_in_leaf * small.parameters.num_leaves < 5_000
    assert small.learning_rate("log_play") < read_preset("default").ranker.learning_rate("log_play")
    reference = read_preset("reference").ranker
    assert settings_of_size(reference, 5_000) is reference


def test_trees_that_spoil_the_order_of_the_last_days_are_not_preferred():
    rows = TrainingRows(
        pa.table({"x": np.zeros(4, np.float32)}),
        np.ones(4, np.float32),
        np.ones(4, np.float32),
        np.array([True, False, False, True]),
        np.array([1, 1, 2, 2], np.int32),
        np.zeros(4, np.int32),
    )
    start = np.array([2.0, 1.0, 1.0, 2.0])
    assert judge_trees(HEADS["long_view"], rows, start, np.zeros(4)).prefers_start
    spoiled = judge_trees(HEADS["long_view"], rows, start, np.array([0.0, 2.0, 0.0, 0.0]))
    assert spoiled.prefers_start
    assert (spoiled.start, spoiled.trees) == pytest.approx((1, (1 + 1 / np.log2(3)) / 2))
    helped = judge_trees(HEADS["long_view"], rows, -start, 2 * start)
    assert not helped.prefers_start
    assert helped.trees == 1


def test_trees_that_add_to_the_error_of_play_time_are_not_preferred():
    rows = TrainingRows(
        pa.table({"x": np.zeros(2, np.float32)}),
        np.array([0.5, 2.0], np.float32),
        np.full(2, 10_000, np.float32),
        np.array([False, True]),
        np.array([1, 2], np.int32),
        np.zeros(2, np.int32),
    )
    start = np.log([5_000, 10_000.0])  # ratios 0.5 and 1: off by 0 and 1
    choice = judge_trees(HEADS["log_play"], rows, start, np.log([1, 1.5]))
    assert (choice.start, choice.trees) == pytest.approx((-0.5, -0.25))
    assert not choice.prefers_start
    assert judge_trees(HEADS["log_play"], rows, start, np.log([2, 1.0])).prefers_start
