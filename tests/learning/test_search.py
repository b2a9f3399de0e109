import numpy as np
import pytest
from reelrank.presets import AlsSettings
from search_candidates import GRID, auc, read_validation, search

START = AlsSettings("watch_ratio_sum", 0.0, 1.0, 0.0, 0.0, 8, 1.0, 3)


def test_auc_by_hand():
    ranked = np.array([True, False, True, False])
    assert auc(ranked) == pytest.approx(3 / 4)
    assert auc(np.array([True, False])) == 1


def test_validation_is_the_end_of_train_and_only_first_meetings(con):
    validation = read_validation(con, 3)
    days = con.execute(
        "select max(event_on) from training.interactions where split = 'train'"
    ).fetchone()[0]
    before = con.execute(
        "select count(*) from training.interactions where split = 'train' and event_on <= ?",
        [days.replace(day=days.day - 3)],
    ).fetchone()[0]
    assert validation.log.weights["watch_count"].sum() == before
    assert not validation.met.multiply(validation.log.watched()).nnz
    assert set(np.unique(validation.met.data)) == {1.0, 2.0}


def test_the_search_never_ends_below_its_start(con):
    validation = read_validation(con, 3)
    outcomes = list(
        search(validation, START, lambda outcome: outcome.auc, passes=1, seed=1, threads=2)
    )
    assert len({outcome.settings for outcome in outcomes}) >= sum(map(len, GRID.values())) - 7
    best = max(outcomes, key=lambda outcome: outcome.auc)
    assert best.auc > outcomes[0].auc > 0
    assert best.settings.confidence == "long_view_count"
