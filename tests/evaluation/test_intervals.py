"""Bootstrap intervals, paired comparisons, and runs against each other."""

import numpy as np
import pytest
from reelrank.errors import UserError
from reelrank.evaluation import bootstrap
from reelrank.evaluation.comparing import Resampled, differences, pairs_to_compare
from reelrank.evaluation.judging import evaluate
from reelrank.evaluation.runs import compare_runs
from reelrank.evaluation.summaries import _average_rows
from worlds import World, build


def test_each_resample_draws_as_many_users_as_there_are_the_same_for_the_same_seed():
    weights = bootstrap.user_weights(50, 20, 7)
    assert (weights.sum(axis=1) == 50).all()
    assert np.array_equal(weights, bootstrap.user_weights(50, 20, 7))
    assert not np.array_equal(weights, bootstrap.user_weights(50, 20, 8))


def test_the_interval_of_a_mean_is_the_normal_one_on_many_users():
    values = np.random.default_rng(1).gamma(2.0, 0.1, (3000, 1))
    weights = bootstrap.user_weights(3000, 2000, 42)
    found = bootstrap.estimates(*bootstrap.means(values, weights))
    half = 1.96 * values.std() / np.sqrt(3000)
    assert found.value[0] == pytest.approx(values.mean())
    assert found.low[0] == pytest.approx(values.mean() - half, abs=0.08 * half)
    assert found.high[0] == pytest.approx(values.mean() + half, abs=0.08 * half)


@pytest.mark.parametrize("resamples", [1, 2, 41, 200, 1001])
def test_limits_are_those_of_numpy_to_the_bit(resamples):
    replicates = np.random.default_rng(resamples).normal(size=(resamples, 7))
    found = bootstrap.estimates(replicates[0], replicates)
    low, high = np.quantile(replicates, bootstrap.LEVELS, axis=0)
    assert np.array_equal(found.low, low)
    assert np.array_equal(found.high, high)


def test_intervals_hold_the_true_mean_about_19_times_in_20():
    rng = np.random.default_rng(5)
    samples = rng.beta(0.5, 2.0, (200, 300))  # 300 samples of 200 users; true mean 0.2
    weights = bootstrap.user_weights(200, 1000, 42)
    found = bootstrap.estimates(*bootstrap.means(samples, weights))
    held = ((found.low <= 0.2) & (found.high >= 0.2)).mean()
    assert 0.90 <= held <= 0.98


def test_a_paired_interval_is_narrower_than_two_apart_when_models_agree_on_easy_users():
    rng = np.random.default_rng(2)
    easy = rng.random((500, 1))
    weights = bootstrap.user_weights(500, 500, 42)
    one, other = (
        Resampled(values, *bootstrap.means(values, weights)) for values in (easy + 0.02, easy)
    )
    row = differences(one, other)[0]
    assert row["difference"] == pytest.approx(0.02)
    assert row["ci_low"] == pytest.approx(0.02)
    assert row["share_helped"] == 1


def test_one_user_has_a_value_and_no_interval():
    weights = bootstrap.user_weights(1, 10, seed=1)
    found = bootstrap.estimates(*bootstrap.means(np.array([[0.5]]), weights))
    (row,) = _average_rows([{"metric": "ndcg"}], found, user_count=1)
    assert (row["value"], row["ci_low"], row["ci_high"]) == (0.5, None, None)


def test_an_average_over_rows_weighs_users_by_their_rows():
    # one user with 3 rows of error 1, one with 1 row of error 5: mean 2 over rows
    sums, counts = np.array([[3.0], [5.0]]), np.array([[3], [1]])
    weights = np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 2.0]])
    value, replicates = bootstrap.ratios(sums, counts, weights)
    assert value[0] == 2
    assert replicates[:, 0].tolist() == [2, 1, 5]


def test_differences_by_hand():
    one, other = np.array([[0.5], [0.5], [1.0], [0.0]]), np.array([[0.25], [0.5], [0.5], [0.25]])
    weights = np.array([[4.0, 0, 0, 0], [0, 0, 4.0, 0]])
    row = differences(
        Resampled(one, *bootstrap.means(one, weights)),
        Resampled(other, *bootstrap.means(other, weights)),
    )[0]
    assert row["difference"] == pytest.approx((0.25 + 0 + 0.5 - 0.25) / 4)
    assert (row["share_helped"], row["share_hurt"]) == (0.5, 0.25)
    # the two resamples differ by .25 and .5; percentiles 2.5 and 97.5 lie between
    assert row["ci_low"] == pytest.approx(0.25 + 0.025 * 0.25)
    assert row["ci_high"] == pytest.approx(0.5 - 0.025 * 0.25)


def test_every_learned_model_meets_every_other_model_and_simple_ones_do_not_meet():
    pairs = pairs_to_compare(["als", "random", "ranker", "shortest_first"])
    assert set(pairs) == {
        ("als", "random"), ("als", "ranker"), ("als", "shortest_first"),
        ("ranker", "als"), ("ranker", "random"), ("ranker", "shortest_first"),
    }  # fmt: skip


@pytest.fixture(scope="module")
def published():
    """Two runs on two users: run `good` ranks user 1's liked video first, `bad` second."""
    con = None
    for run, scores in (("good", (0.9, 0.1)), ("bad", (0.1, 0.9))):
        world = build(World(
            train=[(9, 10, 0.5)],
            predictions=[
                ("dense", 1, 10, 2.0, scores[0]),
                ("dense", 1, 11, 0.0, scores[1]),
                ("dense", 2, 10, 2.0, 0.9),
                ("dense", 2, 11, 0.0, 0.1),
            ],
        ))  # fmt: skip
        evaluate(world, run, seed=1, resamples=100)
        if con is None:
            con = world
            con.execute("create schema ml")
            for name in ("user_metrics", "user_errors", "comparisons"):
                con.execute(f"create table ml.{name} as from run_{name}")
        else:
            for name in ("user_metrics", "user_errors"):
                con.register("other", world.table(f"run_{name}").to_arrow_table())
                con.execute(f"insert into ml.{name} by name select * from other")
    return con


def one_row(table, **wanted):
    rows = [
        row
        for row in table.to_pylist()
        if all(row[name] == expected for name, expected in wanted.items())
    ]
    assert len(rows) == 1
    return rows[0]


def test_two_runs_are_compared_on_the_same_users(published):
    table = compare_runs(published, "good", "bad", seed=1, resamples=100)
    mrr = one_row(
        table, protocol="dense", relevance="watch_ratio_above_1", model="ranker", metric="mrr", k=5
    )
    assert mrr["value"] == 1
    assert mrr["other_value"] == pytest.approx(0.75)
    assert mrr["difference"] == pytest.approx(0.25)
    assert (mrr["share_helped"], mrr["share_hurt"], mrr["user_count"]) == (0.5, 0, 2)
    # resamples of two users hold user 1 never, once or twice
    assert (mrr["ci_low"], mrr["ci_high"]) == (0, 0.5)


def test_errors_of_two_runs_are_helped_by_falling(published):
    table = compare_runs(published, "good", "bad", seed=1, resamples=100)
    mae = one_row(table, protocol="dense", model="ranker", metric="mae")
    # good: errors 1.1, 0.1, 1.1, 0.1; bad: 1.9, 0.9, 1.1, 0.1
    assert mae["value"] == pytest.approx(0.6, abs=1e-6)
    assert mae["other_value"] == pytest.approx(1.0, abs=1e-6)
    assert mae["difference"] == pytest.approx(-0.4, abs=1e-6)
    assert (mae["share_helped"], mae["share_hurt"]) == (0.5, 0)


def test_a_run_against_itself_differs_nowhere(published):
    table = compare_runs(published, "good", "good", seed=1, resamples=50)
    assert table.num_rows > 100
    assert all(row["difference"] == row["ci_low"] == row["ci_high"] == 0
               for row in table.to_pylist())  # fmt: skip


def test_a_model_may_meet_one_of_another_name(published):
    table = compare_runs(published, "good", "bad", models=("ranker", "als"), seed=1, resamples=50)
    mrr = one_row(table, protocol="dense", relevance="long_view", metric="mrr", k=5)
    als = published.sql("""
        select avg(mrr) from ml.user_metrics where run_id = 'bad' and model = 'als'
            and protocol = 'dense' and relevance = 'long_view' and k = 5
    """).fetchone()[0]
    assert (mrr["value"], mrr["other_value"]) == (1, als)


def test_a_run_without_values_is_named(published):
    with pytest.raises(UserError, match="run gone has no values"):
        compare_runs(published, "good", "gone")


def test_comparisons_within_a_run_match_the_values_per_user(published):
    helped = published.sql("""
        select avg((mine.mrr > other.mrr)::int), avg(mine.mrr - other.mrr)
        from ml.user_metrics as mine
        inner join ml.user_metrics as other
            using (run_id, protocol, relevance, user_id, k)
        where run_id = 'good' and protocol = 'dense' and relevance = 'long_view' and k = 5
            and mine.model = 'ranker' and other.model = 'random'
    """).fetchone()
    found = published.sql("""
        select share_helped, difference from ml.comparisons
        where protocol = 'dense' and relevance = 'long_view' and metric = 'mrr' and k = 5
            and model = 'ranker' and baseline = 'random'
    """).fetchone()
    assert found == pytest.approx(helped)
