"""The first table: what should they watch next, and the finding in words."""

from pathlib import Path

import duckdb
import pytest
import reelrank.publication
from reelrank.evaluation.next_list import ALL_SAME, NO_LISTS, QUESTION, next_list
from reelrank_cli.headline import next_list_lines

SCHEMA = (Path(reelrank.publication.__path__[0]) / "schema.sql").read_text()
VALUES = {"two_stage": 0.2, "most_viewed_1d": 0.15, "most_viewed": 0.1, "als": 0.12, "blend": 0.05,
          "random": 0.01}  # fmt: skip


@pytest.fixture
def con():
    """A run whose both stages lead on long views; `oracle_alive` knows the truth."""
    con = duckdb.connect()
    con.execute(SCHEMA)
    for model, ndcg in VALUES.items():
        for relevance in ("long_view", "watch_ratio_above_1"):
            con.execute(
                "insert into ml.metrics values ('run', 'end_to_end', ?, ?, 'ndcg', 10, ?, ?, ?, 9)",
                [relevance, model, ndcg, ndcg - 0.01, ndcg + 0.01],
            )
    con.execute("""insert into ml.metrics values
        ('run', 'end_to_end', 'none', 'two_stage', 'alive_share', 10, 0.9, 0.8, 1, 9),
        ('run', 'end_to_end_truth', 'long_view', 'two_stage', 'true_chance', 10, 0.3, 0.2, 0.4, 9),
        ('run', 'end_to_end_truth', 'long_view', 'oracle_alive', 'true_chance', 10, 0.4, 0.3, 1, 9)
    """)
    return con


def compare(con, relevance, baseline, low, high):
    con.execute(
        "insert into ml.comparisons values"
        " ('run', 'end_to_end', ?, 'ndcg', 10, 'two_stage', ?, ?, ?, ?, 0.5, 0.5, 90)",
        [relevance, baseline, (low + high) / 2, low, high],
    )


def test_five_rows_both_stages_the_best_rule_the_best_source_random_and_what_can_be_reached(con):
    rows = next_list(con, "run").rows
    assert [row["model"] for row in rows] == [
        "two_stage", "most_viewed_1d", "als", "random", "oracle_alive",
    ]  # fmt: skip
    assert rows[0]["true_chance"] == 0.3
    con.execute("delete from ml.metrics where protocol = 'end_to_end_truth'")
    answer = next_list(con, "run")
    assert [row["model"] for row in answer.rows][-1] == "most_viewed"
    assert not any("true chance" in line for line in next_list_lines(answer))


def test_the_most_viewed_videos_are_the_best_rule_where_they_are_and_no_truth_is_known(con):
    con.execute("delete from ml.metrics where protocol = 'end_to_end_truth'")
    con.execute("delete from ml.metrics where model = 'most_viewed_1d'")
    roles = {row["model"]: row["role"] for row in next_list(con, "run").rows}
    assert roles["most_viewed"] == "best rule"


def test_a_win_a_loss_and_a_tie_are_each_said_as_they_are(con):
    compare(con, "long_view", "most_viewed_1d", 0.04, 0.06)
    compare(con, "long_view", "random", -0.9, -0.8)  # no rule
    compare(con, "watch_ratio_above_1", "most_relevant_1d", -0.03, -0.01)
    compare(con, "watch_ratio_above_1", "most_viewed", 0.01, 0.03)
    finding = next_list(con, "run").finding
    assert "beat every rule on long views (closest: most_viewed_1d, +0.050" in finding
    assert "lose to the rule most_relevant_1d on watch_ratio > 1 (-0.020" in finding
    con.execute("update ml.comparisons set ci_high = 0.01 where baseline = 'most_relevant_1d'")
    assert "are not shown to beat the rule most_relevant_1d" in next_list(con, "run").finding


def test_the_table_says_its_question_its_finding_and_its_intervals(con):
    compare(con, "long_view", "most_viewed_1d", 0.04, 0.06)
    lines = next_list_lines(next_list(con, "run"))
    assert lines[0] == QUESTION
    assert lines[1].startswith("Both stages together beat every rule")
    assert any(line.startswith("two_stage") and ".200 ±.010" in line and "90%" in line
               for line in lines)  # fmt: skip


def test_a_difference_on_few_users_says_that_it_shows_little(con):
    compare(con, "long_view", "most_viewed_1d", 0.04, 0.06)
    con.execute("update ml.comparisons set user_count = 4")
    finding = next_list(con, "run").finding
    assert finding.startswith("Of only 4 users, which shows little: both stages together beat")


def test_what_every_model_scores_alike_is_not_shown_as_a_result(con):
    con.execute("update ml.metrics set value = 0.1 where relevance = 'long_view'")
    compare(con, "long_view", "most_viewed_1d", 0, 0)
    rows = next_list(con, "run").rows
    assert {row["long_view"] for row in rows} == {None}
    assert [row["model"] for row in rows][:2] == ["two_stage", "most_viewed_1d"]
    assert next_list(con, "run").finding == ""
    con.execute("update ml.metrics set value = 1 where metric = 'ndcg'")
    answer = next_list(con, "run")
    assert (answer.rows, next_list_lines(answer)) == ([], [QUESTION, ALL_SAME])


def test_a_run_of_which_no_list_can_be_judged_says_why(con):
    con.execute("delete from ml.metrics")
    answer = next_list(con, "run")
    assert (answer.rows, next_list_lines(answer)) == ([], [QUESTION, NO_LISTS])
