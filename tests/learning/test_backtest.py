"""`reelrank backtest`: lists judged by what users met, as worked out by hand."""

import math

import duckdb
import numpy as np
import pyarrow as pa
import pytest
import reelrank_cli.backtesting.running as running
from presets_as_text import write_preset
from reelrank.candidates import TrainLog
from reelrank.candidates.als import Factors
from reelrank_cli import main
from reelrank_cli.backtesting.judging import judge, summarise
from reelrank_cli.backtesting.training import Learned, carried


def test_a_list_less_what_was_watched_since_is_judged_by_what_is_new_on_the_day():
    with duckdb.connect() as con:
        con.execute("""
            create schema training;
            create table training.split_boundary as select date '2020-09-02' as boundary_on;
            create table training.als_confidences as
            from (values (1, 10), (1, 11)) as t (user_id, video_id);
            create table training.interactions as
            from (values
                (1, 12, 'holdout', date '2020-09-02', true, false),
                (1, 13, 'holdout', date '2020-09-02', false, false),
                (1, 10, 'holdout', date '2020-09-02', true, false),  -- watched before
                (1, 14, 'holdout', date '2020-09-03', true, false),  -- another day
                (2, 12, 'holdout', date '2020-09-02', false, false)  -- nothing for long
            ) as t (user_id, video_id, split, event_on, is_long_view, is_above_one);
            create table training.cutoffs as select 0 as cutoff, true as is_boundary;
            create table training.cutoff_videos as
            from (values (0, 13, 9), (0, 12, 5), (0, 10, 20))
            as t (cutoff, video_id, view_count_1d);
            create temp table day_lists as
            from (values
                ('daily', 1, 12, 1),
                ('weekly', 1, 10, 1), ('weekly', 1, 14, 2), ('weekly', 1, 12, 3)
            ) as t (schedule, user_id, video_id, rank)
        """)  # fmt: skip
        found = judge(con).to_pylist()
    # weekly: 10 is gone, 14 is first and met on another day, 12 is second
    second = pytest.approx(1 / math.log2(3))
    assert {row["schedule"]: row["ndcg"] for row in found} == {
        "daily": 1, "weekly": second, "most_viewed_1d": second,
    }  # fmt: skip
    assert {(row["relevance"], row["user_id"]) for row in found} == {("long_view", 1)}


def test_days_are_averaged_over_users_and_paired_with_training_every_day():
    rows = [
        ("d1", "daily", 1, 1.0), ("d1", "daily", 2, 0.5), ("d2", "daily", 1, 0.0),
        ("d1", "weekly", 1, 1.0), ("d1", "weekly", 2, 0.0), ("d2", "weekly", 1, 0.0),
    ]  # fmt: skip
    days, schedules, users, values = zip(*rows, strict=True)
    table = pa.table(
        {"judged_on": days, "schedule": schedules, "user_id": users, "ndcg": values}
    ).append_column("relevance", pa.repeat("long_view", len(rows)))
    found = {(r["judged_on"], r["schedule"]): r for r in summarise(table, seed=1, resamples=200)}
    assert found["d1", "daily"]["value"] == 0.75 and found["d1", "weekly"]["value"] == 0.5
    assert found[None, "daily"]["value"] == 0.5  # 1.5 over three user-days
    assert found["d1", "weekly"]["cost"] == 0.25 and found["d1", "daily"]["cost"] == 0
    assert found["d2", "weekly"]["cost_low"] == found["d2", "weekly"]["cost_high"] == 0
    assert found["d1", "weekly"]["cost_low"] == 0 and found["d1", "weekly"]["cost_high"] == 0.5


def test_factors_are_carried_by_id_and_new_users_start_from_nothing():
    log = TrainLog(*(np.array([1, 3, 5]),) * 2, *(np.zeros(0, int),) * 2, {})
    factors = Factors(*(np.array([[1.0], [3], [5]]),) * 2, *(np.array([True, True, False]),) * 2)
    later = TrainLog(np.array([2, 3, 5]), np.array([1, 9]), *(np.zeros(0, int),) * 2, {})
    found = carried(Learned([], log, factors), later)
    assert found.users.tolist() == [[0], [3], [0]] and found.videos.tolist() == [[1], [0]]
    assert found.knows_user.tolist() == [False, True, False]


def test_every_schedule_is_trained_judged_and_published(db, tmp_path, monkeypatch, capsys):
    """Without dbt the boundary stays: what was trained a day ago is as good as new."""
    with duckdb.connect(str(db)) as con:
        con.execute("update staging.data_source set data_dir = ?", [str(tmp_path)])
        con.execute("update training.split_boundary set boundary_on = (select min(event_on)"
                    " from training.interactions where split = 'holdout')")  # fmt: skip
    asked = []
    monkeypatch.setattr(running, "run_dbt", lambda *given: asked.append(given))
    preset = write_preset(
        tmp_path / "lists.toml",
        **{"candidates.source": "union", "candidates.compared_sources": ["union"]},
        **{"lists.users": 40, "lists.whole_lists": 20, "lists.other_share": 0.5},
        **{"lists.rounds": 5, "lists.most_lost": 0.06},
    )
    options = ["--db", str(db), "--days", "2", "--preset", str(preset), "--resamples", "100"]
    assert main.main(["backtest", *options]) == 0
    assert "SIMULATED" in capsys.readouterr().out
    assert [given[3]["boundary"] for given in asked] == sorted(g[3]["boundary"] for g in asked)
    with duckdb.connect(str(db), read_only=True) as con:
        found = con.execute(
            "select schedule, count(distinct judged_on), max(abs(cost)) from ml.backtest"
            " group by all order by all"
        ).fetchall()
        trained = con.execute(
            "select schedule, count(distinct trained_on) from ml.backtest group by all order by all"
        ).fetchall()
    assert [(name, days) for name, days, _ in found] == [
        ("daily", 2), ("most_viewed_1d", 2), ("warm", 2), ("weekly", 2),
    ]  # fmt: skip
    assert dict(trained) == {"daily": 2, "most_viewed_1d": 0, "warm": 1, "weekly": 1}
    assert {name: cost for name, _, cost in found}["weekly"] == 0
    assert list(tmp_path.glob("*.backtest*")) == []


def test_a_preset_without_lists_or_data_that_is_gone_is_an_error_in_two_lines(
    db, quick_preset, capsys
):
    for preset, words in ((str(quick_preset), "no list ranker"), ("default", "is gone")):
        assert main.main(["backtest", "--db", str(db), "--preset", preset]) == 1
        said = capsys.readouterr().err.strip().splitlines()
        assert len(said) == 2 and words in said[0]
