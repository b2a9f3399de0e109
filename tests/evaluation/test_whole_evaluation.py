"""The evaluation as a whole: what it publishes, on any number of threads."""

from pathlib import Path

import numpy as np
import pytest
import reelrank.publication
from reelrank.evaluation.judging import evaluate
from reelrank.evaluation.results import TABLES
from reelrank.evaluation.split import IS_TEST, is_test
from simulated_kuairec.truth import find_truth
from worlds import random_world, value

SCHEMA = (Path(reelrank.publication.__path__[0]) / "schema.sql").read_text()


class StraightTruth:
    """A truth that likes high video numbers, and remembers what it was asked."""

    def __init__(self, base: float = 0.55, slope: float = 0.1) -> None:
        self.base, self.slope = base, slope
        self.asked: list[tuple[str, bool]] = []
        self.times: list[float] = []

    def probability_above(self, user_ids, video_ids, ratio, at=None, matrix="small"):
        self.asked.append((matrix, at is None))
        if at is not None:
            self.times += [float(at.min()), float(at.max())]
        return self.base + self.slope * video_ids / 300 + 0 * np.asarray(ratio) + 0 * user_ids


def test_results_fit_the_published_tables(judged):
    con = judged.cursor()
    con.execute(SCHEMA)
    for result in TABLES:
        table = judged.table(f"run_{result}").to_arrow_table()
        con.register("judge_copy", table)
        con.execute(f"insert into ml.{result} by name select * from judge_copy")
        published = con.table(f"ml.{result}")
        assert set(published.columns) == set(table.column_names)
        assert published.shape[0] == table.num_rows > 0
        con.execute(f"delete from ml.{result}")


def test_only_results_are_left_behind(judged):
    left = judged.sql("""
        select table_name from duckdb_tables() where table_name like 'judge%'
        union all select view_name from duckdb_views() where view_name like 'judge%'
    """).fetchall()
    assert left == []


def test_every_interval_holds_its_value(judged):
    wrong = judged.sql("""
        from run_metrics where not (ci_low <= value + 1e-12 and value <= ci_high + 1e-12)
    """).fetchall()
    assert wrong == []
    without = judged.sql("select distinct metric from run_metrics where ci_low is null").fetchall()
    assert sorted(without) == [("coverage",), ("gini",), ("xauc",)]


def test_values_are_in_bounds_and_keys_are_unique(judged):
    assert (
        judged.sql("""
        from run_metrics where protocol != 'holdout_with_repeats' and metric not in
        ('novelty', 'age_days', 'days_since_view', 'mae', 'rmse', 'mae_seconds')
        and not value between 0 and 1
    """).fetchall()
        == []
    )
    assert (
        judged.sql("""
        select count(*) from run_metrics
        group by protocol, relevance, model, metric, k having count(*) > 1
    """).fetchall()
        == []
    )
    assert (
        judged.sql("""
        select count(*) from run_user_metrics
        group by protocol, relevance, model, user_id, k having count(*) > 1
    """).fetchall()
        == []
    )


def test_the_same_bits_for_one_and_four_threads_and_another_order_of_rows(judged):
    con = random_world(threads=4)
    for table in ("run_predictions", "run_candidates", "run_lists"):
        con.execute(f"create temp table shuffled as from {table} order by random()")
        con.execute(f"drop table {table}")
        con.execute(f"alter table shuffled rename to {table}")
    evaluate(con, "run", seed=42, resamples=200)
    for result in TABLES:
        one, four = (
            c.sql(f"from run_{result} order by all").to_arrow_table() for c in (judged, con)
        )
        assert one.equals(four), result


def test_another_seed_changes_ties_and_intervals_only_a_little(judged):
    con = random_world()
    evaluate(con, "run", seed=43, resamples=200)
    assert value(con, "mae", None, relevance="none") == value(judged, "mae", None, relevance="none")
    mine, theirs = (value(c, "ndcg", 10, "random") for c in (con, judged))
    assert mine != theirs
    assert mine == pytest.approx(theirs, abs=0.2)


def test_calibration_bins_hold_equal_counts_in_rising_order(judged):
    bins = judged.sql("""
        select row_count, mean_predicted, mean_observed from run_calibration
        where protocol = 'dense' and head = 'long_view' order by bin
    """).fetchall()
    assert [count for count, _, _ in bins] == [100] * 20
    predicted = [mean for _, mean, _ in bins]
    assert predicted == sorted(predicted)
    overall = judged.sql(
        "select avg(is_long_view::int) from run_predictions where protocol = 'dense'"
    ).fetchone()[0]
    assert np.mean([observed for _, _, observed in bins]) == pytest.approx(overall)


@pytest.fixture(scope="module")
def rising():
    """A random world in which high video numbers are liked more, and who was asked about it."""
    con, truth = random_world(), StraightTruth(0.05, 0.9)
    for table in ("run_predictions", "training.interactions"):
        con.execute(f"""update {table} set watch_ratio =
            if(hash(user_id, video_id, event_at) % 1000 < 50 + 3 * video_id, 2, 0.5)""")
    con.execute("""update run_predictions set watch_ratio = if(video_id > 50, 2, 0.5)
        where protocol = 'dense' and user_id < 10""")
    evaluate(con, "run", seed=42, resamples=20, truth=truth)
    return con, truth


def test_the_oracle_is_asked_about_each_matrix_with_and_without_time(rising):
    con, truth = rising
    assert set(truth.asked) == {("small", True), ("small", False), ("big", False)}
    # 2020-08-30 .. 2020-09-04 local time, 8 hours ahead of UTC, as Unix seconds
    assert 1598716800 <= min(truth.times) <= max(truth.times) < 1599235200
    models = con.sql("select distinct protocol from run_metrics where model = 'oracle'").fetchall()
    assert sorted(models) == [
        ("dense",), ("dense_end_to_end",), ("dense_test",), ("dense_tune",),
        ("end_to_end_truth",), ("holdout",), ("holdout_with_repeats",),
    ]  # fmt: skip


def test_the_oracle_orders_by_the_truth(rising):
    # ten of twenty users like exactly the videos above 50: the oracle's first ten are hits
    perfect = (
        rising[0]
        .sql("""
        select avg(ndcg) from run_user_metrics where model = 'oracle' and user_id < 10
            and protocol = 'dense' and relevance = 'watch_ratio_above_1' and k = 10
    """)
        .fetchone()
    )
    assert perfect[0] == pytest.approx(1)
    assert value(rising[0], "ndcg", 10, "oracle", "holdout") > value(
        rising[0], "ndcg", 10, "random", "holdout"
    )


def test_dense_users_are_in_one_of_two_halves_and_both_together_are_all(judged):
    users = judged.sql("select distinct user_id from run_predictions where protocol = 'dense'")
    ids = users.fetchnumpy()["user_id"]
    in_sql = judged.sql(f"select user_id from users where {IS_TEST}").fetchnumpy()["user_id"]
    assert set(ids[is_test(ids)]) == set(in_sql)
    counts = dict(
        judged.sql("""
        select protocol, any_value(user_count) from run_metrics where metric = 'ndcg' and k = 10
            and relevance = 'long_view' and model = 'ranker' and protocol like 'dense%'
        group by protocol
    """).fetchall()
    )
    assert counts["dense_tune"] + counts["dense_test"] == counts["dense"]
    assert min(counts["dense_tune"], counts["dense_test"]) >= 5
    mean = sum(
        counts[half] * value(judged, "ndcg", 10, protocol=half)
        for half in ("dense_tune", "dense_test")
    )
    assert mean / counts["dense"] == pytest.approx(value(judged, "ndcg", 10))


def test_the_halves_are_of_equal_size_whatever_the_ids_look_like():
    for ids in (np.arange(10_000), np.arange(0, 1_000_000, 100), 10**9 + np.arange(10_000) * 7):
        assert is_test(ids).mean() == pytest.approx(0.5, abs=0.02)


def test_lists_are_judged_by_the_true_chance_of_what_they_hold(rising):
    # the chance of video v is .05 + .9 v / 300: the oracle lists the highest unwatched numbers
    con = rising[0]
    question = {"protocol": "end_to_end_truth", "relevance": "long_view"}
    best = con.sql("""
        with top as (
            select user_id, avg(video_id) as mean_id from (
                select users.user_id, v.video_id
                from staging.stg_users as users, training.cutoff_videos as v
                where not exists (from training.als_confidences as w
                    where w.user_id = users.user_id and w.video_id = v.video_id)
                qualify row_number() over (partition by user_id order by video_id desc) <= 10
            ) group by user_id
        )
        select avg(0.05 + 0.9 * mean_id / 300) from top
    """).fetchone()[0]
    assert value(con, "true_chance", 10, "oracle", **question) == pytest.approx(best)
    listed = con.sql("""
        select avg(0.05 + 0.9 * video_id / 300) from (
            from run_lists
            qualify row_number() over (partition by user_id order by score_long_view desc,
                hash(user_id, video_id, 42)) <= 10)
    """).fetchone()[0]
    assert value(con, "true_chance", 10, "two_stage", **question) == pytest.approx(listed)
    assert value(con, "true_chance", 10, "oracle_alive", **question) <= best
    assert value(con, "alive_share", 10, "oracle_alive", "end_to_end_truth", "none") == 1
    compared = con.sql("""
        from run_comparisons where protocol = 'end_to_end_truth' and metric = 'true_chance'
            and model = 'two_stage' and baseline = 'random' and k = 10
    """).fetchall()
    assert len(compared) == 2


def test_liveness_and_age_of_lists_are_those_of_their_videos(judged):
    found = judged.sql("""
        select avg(is_alive::int), avg(age_days), avg(days_since_last_view) from (
            select l.user_id, v.* from run_lists as l
            join training.cutoff_videos as v using (video_id)
            qualify row_number() over (partition by user_id order by score_long_view desc,
                hash(user_id, video_id, 42)) <= 10)
    """).fetchone()
    question = {"model": "two_stage", "protocol": "end_to_end", "relevance": "none"}
    assert value(judged, "alive_share", 10, **question) == pytest.approx(found[0])
    assert value(judged, "age_days", 10, **question) == pytest.approx(found[1])


def test_the_best_model_meets_every_other_even_where_it_is_a_rule(judged):
    missing = judged.sql("""
        with ranked as (
            select protocol, relevance, model, max_by(model, value) over (
                partition by protocol, relevance) as best
            from (select * from run_metrics where k = 10 and metric = 'ndcg'
                and model != 'oracle')
        )
        select protocol, relevance, model, best from ranked
        where model != best and (protocol, relevance, best, model) not in (
            select (protocol, relevance, model, baseline) from run_comparisons
            where metric = 'ndcg' and k = 10)
    """).fetchall()
    assert missing == []


def test_a_truth_of_other_data_is_left_out_and_said_so(capsys):
    con = random_world()
    evaluate(con, "run", seed=42, resamples=20, truth=StraightTruth(0.99, -0.95))
    assert con.sql("from run_metrics where model = 'oracle'").fetchall() == []
    assert "bring the database up to date" in capsys.readouterr().err


def test_a_log_without_a_dense_matrix_is_judged_by_what_it_has():
    con = random_world()
    con.execute("delete from run_predictions where protocol = 'dense'")
    con.execute("delete from run_dense_candidates")
    con.execute("delete from staging.stg_video_tags")
    evaluate(con, "run", seed=42, resamples=20, stage_one="blend")
    protocols = con.sql("select distinct protocol from run_metrics").fetchall()
    assert sorted(protocols) == [("end_to_end",), ("holdout",), ("holdout_with_repeats",)]


def test_a_source_without_truth_has_no_oracle(tmp_path, judged):
    assert find_truth(tmp_path) is None
    assert judged.sql("from run_metrics where model = 'oracle'").fetchall() == []
