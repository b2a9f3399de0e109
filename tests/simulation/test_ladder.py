import numpy as np
import pytest
from simulated_kuairec.ladder.ranking import build_board, ndcg_and_precision
from simulated_kuairec.ladder.source import load_source
from simulated_kuairec.ladder.steps import long_view_steps


def test_ndcg_by_hand():
    scores = np.array([[3.0, 2.0, 1.0, 9.0], [1.0, 2.0, 3.0, 4.0]])
    relevant = np.array([[0.0, 1.0, 1.0, np.nan], [0.0, 0.0, 0.0, 0.0]])
    # user 0: absent pair not ranked; list 0, 1, 1; user 1 has nothing relevant
    ndcg, precision = ndcg_and_precision(scores, relevant, 2)
    assert precision == pytest.approx(0.5)
    assert ndcg == pytest.approx((1 / np.log2(3)) / (1 + 1 / np.log2(3)))


def test_a_grid_leaves_absent_pairs_empty():
    board = build_board(np.array([5, 5, 9]), np.array([2, 7, 2]))
    grid = board.grid(np.array([1.0, 2.0, 3.0]))
    assert grid[0].tolist() == [1.0, 2.0]
    assert grid[1, 0] == 3.0
    assert np.isnan(grid[1, 1])


def test_the_split_keeps_time_and_long_views_are_a_fifth_of_training(tiny_source):
    source = load_source(tiny_source)
    assert source.train.seen_at.max() <= source.holdout.seen_at.min()
    n = len(source.train.user) + len(source.holdout.user)
    assert len(source.train.user) == int(0.8 * n)
    assert source.is_long(source.train).mean() == pytest.approx(0.2, abs=0.02)


def test_the_truth_ranks_better_than_chance_and_nothing_beats_it(tiny_source):
    steps = {step.name: step for step in long_view_steps(load_source(tiny_source), tiny_source)}
    truth = steps["the truth itself, lasting taste"].simulated
    assert truth > steps["random"].simulated + 0.05
    assert all(step.simulated <= truth for step in steps.values())
