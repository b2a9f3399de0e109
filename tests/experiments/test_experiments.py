"""Experiments on known answers: their statistics by hand, and the command on the tiny job."""

import json
import shutil
from pathlib import Path

import duckdb
import numpy as np
import pytest
from reelrank.errors import UserError
from reelrank.evaluation.ranking import Lists
from reelrank.experiments import read_policies
from reelrank.experiments import statistics as st
from reelrank.experiments.interleaving import preferences, team_draft
from reelrank.experiments.policies import Policy, serving_order, standardised
from reelrank.experiments.same_policy import error_rates, z_of_runs
from reelrank.experiments.serving import Answers, daily_sums
from reelrank_cli.main import main
from scipy import stats
from workbench import Job


def test_bounds_are_those_of_the_literature():
    # Lan and DeMets' O'Brien-Fleming bounds for five equal looks, two-sided 5 %
    found = st.boundaries(np.array([0.2, 0.4, 0.6, 0.8, 1.0]))
    np.testing.assert_allclose(found, [4.877, 3.357, 2.680, 2.290, 2.031], atol=6e-4)
    assert st.boundaries(np.array([1.0]))[0] == pytest.approx(1.95996, abs=1e-4)


def test_bounds_keep_the_error_rate_where_daily_tests_do_not():
    rng = np.random.default_rng(5)
    users, looks = 300, 10
    before = rng.normal(size=users)
    daily = 0.8 * before[:, None] + 2 * rng.normal(size=(users, looks))
    values = np.cumsum(daily, axis=1) / np.arange(1, looks + 1)
    is_treated = rng.random((400, users)) < 0.5
    rates = error_rates(values, before, np.arange(1, looks + 1) / looks, is_treated)
    noise = 3 * np.sqrt(0.05 * 0.95 / 400)
    assert rates["peeking"] > 0.05 + 2 * noise
    assert all(rates[name] < 0.05 + noise for name in ("once", "once_cuped", "bounds"))
    one = z_of_runs(values, is_treated[:1])[0]
    np.testing.assert_allclose(one, st.z_of_looks(values, is_treated[0]))
    test = stats.ttest_ind(values[is_treated[0], -1], values[~is_treated[0], -1], equal_var=False)
    assert one[-1] == pytest.approx(test.statistic)


def test_cuped_takes_off_what_was_known_and_keeps_the_effect():
    rng = np.random.default_rng(6)
    groups = np.arange(2000) % 2
    before = rng.normal(3, 1, 2000)
    values = 2 * before + 0.5 * groups + rng.normal(0, 0.1, 2000)
    adjusted = st.cuped(values, before, groups)
    assert adjusted.std() < 0.2 * values.std()
    effect = st.welch(adjusted[groups == 1], adjusted[groups == 0])
    assert effect.difference == pytest.approx(0.5, abs=0.02)
    assert effect.ci_low < effect.difference < effect.ci_high
    assert st.cuped(values, np.ones(2000), groups) == pytest.approx(values)


def test_power_is_what_simulated_experiments_find():
    least = st.detectable(1.0, 100, 100)
    assert least == pytest.approx(2.8016 * np.sqrt(0.02), abs=1e-3)
    assert st.users_needed(least, 1.0, 4.0) == pytest.approx(200, abs=0.1)
    rng = np.random.default_rng(7)
    one, other = rng.normal(least, 1, (2000, 100)), rng.normal(0, 1, (2000, 100))
    found = stats.ttest_ind(one, other, axis=1).pvalue < 0.05
    assert found.mean() == pytest.approx(0.8, abs=0.03)
    assert st.users_needed(0.0, 1.0, 4.0) == float("inf")
    same = st.paired(np.arange(5.0), np.arange(5.0))
    assert (same.difference, same.p_value) == (0, 1)
    assert st.sample_ratio(np.array([100, 100]), np.full(2, 0.5)) == 1
    assert st.sample_ratio(np.array([150, 50]), np.full(2, 0.5)) < 1e-10


def test_policies_are_read_from_a_line_and_mistakes_are_named():
    one, other = read_policies(["als", "ranker + 0.5 * my model | mmr(0.3) | explore(0.1)"])
    assert one == Policy("als", {"als": 1.0})
    assert other.weights == {"ranker": 1.0, "my model": 0.5}
    assert (other.mmr, other.explore) == (0.3, 0.1)
    for texts in (["als"], ["als", "als"], ["als", "ranker | best(1)"], ["als", "2 * * als"]):
        with pytest.raises(UserError):
            read_policies(texts)


def test_policies_order_blend_diversify_and_explore():
    lists = Lists(np.array([0, 4]))
    good, bad = np.array([4.0, 3, 2, 1]), np.array([0.0, 0, 0, np.nan])
    scores = {"a": standardised(lists, good), "b": standardised(lists, bad)}
    assert scores["a"].mean() == pytest.approx(0) and scores["a"].std() == pytest.approx(1)
    tags = np.array([[1, 0], [1, 0], [0, 1], [1, 1]], bool)

    def order(**how):
        weights = how.pop("weights", {"a": 1.0})
        return serving_order(Policy("", weights, **how), lists, scores, tags, 1).tolist()

    assert order() == [0, 1, 2, 3]
    assert order(mmr=0.5) == [0, 2, 1, 3]  # 2 shares no tag with 0
    assert sorted(order(explore=1.0)) == [0, 1, 2, 3]


def test_users_are_served_day_by_day_and_nothing_twice():
    answers = Answers(
        np.array([1, 2]), Lists(np.array([0, 4, 6])),
        {"long_views": np.array([1.0, 0, 1, 1, 5, 7])}, {}, np.array([[2, 0, 1], [1, 1, 3]]),
    )  # fmt: skip
    found = daily_sums(answers, np.array([3, 2, 1, 0, 4, 5]), "long_views")
    assert found.tolist() == [[2, 0, 0], [5, 7, 0]]


def test_a_draft_takes_turns_and_credits_who_picked():
    lists, first = Lists(np.array([0, 6])), np.arange(6)
    rows, teams = team_draft(lists, first, first[::-1], np.array([4]), seed=1)
    by_team = {team: rows[0][teams[0] == team].tolist() for team in (0, 1)}
    assert by_team == {0: [0, 1], 1: [5, 4]}
    liked = preferences(rows, teams, np.array([1.0, 0, 0, 0, 1, 1]))
    assert liked.tolist() == [0.5]
    same, _ = team_draft(lists, first, first, np.array([6]), seed=1)
    assert same[0].tolist() == list(range(6))


@pytest.mark.slow
def test_the_command_publishes_an_experiment_whose_known_effect_is_the_answers(
    job: Job, tmp_path: Path, capsys: pytest.CaptureFixture
):
    database = Path(shutil.copy2(job.database, tmp_path / "reelrank.duckdb"))
    texts = ["--policy", "random", "--policy", "ranker", "--policy", "ranker | mmr(0.3)"]
    options = ["--db", str(database), "--days", "63", "--per-day", "1000", "--name", "all"]
    assert main(["experiment", *texts, *options, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["is_simulated"] and found["plan"]["name"] == "all"
    # who sees everything is served as well by any policy
    known = [row for row in found["effects"] if row["method"] == "known"]
    assert len(known) == 6
    assert max(abs(row["difference"]) for row in known) < 0.02
    assert main(["experiment", *texts[:4], "--db", str(database), "--name", "few"]) == 0
    assert "users interleaved" in capsys.readouterr().out
    with duckdb.connect(str(database), read_only=True) as con:
        [(arms, users)] = con.execute(
            "select count(*), sum(user_count) from ml.experiments_arms"
            " where name = 'few' and metric = 'skips'"
        ).fetchall()
        dense = con.execute("select count(distinct user_id) from training.dense_interactions")
        assert (arms, users) == (2, dense.fetchone()[0])
        effects = con.execute(
            "select difference, ci_low from ml.experiments_effects where name = 'few'"
            " and metric = 'long_views' and method = 'known'"
        ).fetchall()
        assert effects[0][0] > effects[0][1]
        looks = con.execute("select count(*), min(bound) from ml.experiments_days"
                            " where name = 'few'").fetchone()  # fmt: skip
        assert looks[0] == 14 and looks[1] > 1.96
    page = tmp_path / "report.html"
    assert main(["report", "--db", str(database), "--out", str(page)]) == 0
    section = page.read_text("utf-8").split('<section id="experiments">')[1].split("</section>")[0]
    assert "<td>ranker | mmr(0.3)</td><td>random</td>" in section and "passed" in section
    assert main(["experiment", "--policy", "nobody", *texts[:2], "--db", str(database)]) == 1
    assert "'nobody'" in capsys.readouterr().err
