"""The table macros of the database file, asked through the real duckdb command line."""

import math
import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import synthetic
from rendered_questions import MAIN, ROOT

Ask = Callable[[str], list[dict]]
LATEST = "20261124T031500Z-default"
ANSWERS = sorted(path.stem for path in (MAIN / "questions").glob("*.sql"))


def test_the_file_itself_has_every_answer(ask: Ask) -> None:
    rows = ask(
        "select function_name as name, comment from duckdb_functions() "
        "where schema_name = 'main' and not internal and function_type = 'table_macro' order by 1"
    )
    assert [row["name"] for row in rows] == ANSWERS
    assert all(f"{row['name']}(" in row["comment"] for row in rows)


@pytest.mark.parametrize(
    "question",
    [
        "recommend(99999)", "recommend(-1, 5)", "recommend(null)", "candidates(99999, 10)",
        "similar_videos(99999)", "similar_users(99999, 3)", "explain(14, 99999)",
        "explain(99999, 1)", "list_parts(99999)", "compare_runs('no', 'such')",
        "user_profile(99999)", "video_profile(99999)", "recommend(14, 0)",
    ],
)  # fmt: skip
def test_the_unknown_gives_an_empty_answer(ask: Ask, question: str) -> None:
    assert ask(f"from {question}") == []


def test_recommend_lists_the_latest_run_in_order_with_words(ask: Ask, database: Path) -> None:
    shown = ask("from recommend(14, 5)")
    with duckdb.connect(database, read_only=True) as con:
        stored = con.execute(
            "select video_id from ml.recommendations where user_id = 14 and run_id = ? "
            "order by rank limit 5", [LATEST],
        ).fetchall()  # fmt: skip
    assert [row["rank"] for row in shown] == [1, 2, 3, 4, 5]
    assert [row["video_id"] for row in shown] == [video for (video,) in stored]
    assert all(row["reason"].startswith("near your taste (#") for row in shown)
    assert all("raised by" in row["reason"] for row in shown)
    assert all("\n" not in (row["caption"] or "") for row in shown)
    assert {"tags", "duration_s", "predicted_ratio", "predicted_long_view"} <= shown[0].keys()


def test_recommend_takes_ten_unless_asked_and_named_parameters(ask: Ask) -> None:
    assert len(ask("from recommend(14)")) == 10
    assert ask("from recommend(user_id := 14, k := 3)") == ask("from recommend(14, 3)")


def test_candidates_show_source_and_place_in_the_final_list(ask: Ask) -> None:
    rows = ask("from candidates(14, 120)")
    placed = {row["final_rank"]: row["video_id"] for row in rows if row["final_rank"]}
    best = ask("from recommend(14, 1)")[0]["video_id"]
    assert [row["rank"] for row in rows] == list(range(1, 121))
    assert len(placed) == 100 and placed[1] == best
    assert {row["source"] for row in ask("from candidates(20, 5)")} == {"best_received"}


def test_similar_videos_are_ordered_by_the_cosine_of_their_vectors(
    ask: Ask, database: Path
) -> None:
    with duckdb.connect(database, read_only=True) as con:
        vectors = dict(
            con.execute(
                "select video_id, factors from ml.video_factors where run_id = ?", [LATEST]
            ).fetchall()
        )

    def cosine(a: tuple[float, ...], b: tuple[float, ...]) -> float:
        dot = sum(x * y for x, y in zip(a, b, strict=True))
        return dot / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))

    by_hand = sorted(
        ((cosine(v, vectors[20]), other) for other, v in vectors.items() if other != 20),
        reverse=True,
    )[:5]
    rows = ask("from similar_videos(20, 5)")
    assert [row["video_id"] for row in rows] == [other for _, other in by_hand]
    assert [row["cosine"] for row in rows] == pytest.approx([c for c, _ in by_hand], abs=1e-4)


def test_similar_users_never_name_the_user_and_mark_friends(ask: Ask) -> None:
    rows = ask("from similar_users(15, 59)")
    assert len(rows) == 59 and 15 not in {row["user_id"] for row in rows}
    assert [row["user_id"] for row in rows if row["is_friend"]] == [(15 * 7 + 3) % 60]


def test_explain_gives_the_largest_contributions_with_the_words_of_the_catalog(ask: Ask) -> None:
    video = ask("from recommend(14, 1)")[0]["video_id"]
    rows = ask(f"from explain(14, {video})")
    sizes = [abs(row["contribution"]) for row in rows]
    assert [row["position"] for row in rows] == list(range(1, 9))
    assert sizes == sorted(sizes, reverse=True)
    assert all(row["description"].startswith("Share of") for row in rows)
    assert all((row["contribution"] > 0) == (row["pushes"] == "up") for row in rows)


def test_leaderboard_puts_the_best_first_and_says_where_the_data_comes_from(ask: Ask) -> None:
    rows = ask("from leaderboard() where protocol = 'dense' and relevance = 'long_view'")
    assert rows[0]["model"] == "oracle" and rows[1]["model"] == "ranker"
    assert [row["ndcg"] for row in rows] == sorted((r["ndcg"] for r in rows), reverse=True)
    assert all(row["data"].startswith("simulated") for row in rows)
    assert all(row["ndcg_low"] < row["ndcg"] < row["ndcg_high"] for row in rows)
    assert {row["run_id"] for row in ask("from leaderboard(50)")} == {LATEST}


def test_compare_runs_pairs_users_as_worked_out_by_hand(ask: Ask, database: Path) -> None:
    rows = ask("from compare_runs('reference', 'default')")
    assert {row["data"] for row in rows} == {"simulated KuaiRec (small, seed 42)"}
    with duckdb.connect(database, read_only=True) as con:
        values = con.execute(
            "select a.ndcg, b.ndcg from ml.user_metrics a join ml.user_metrics b "
            "using (protocol, relevance, model, user_id, k) where a.run_id like '%reference' "
            "and b.run_id like '%default' and protocol = 'dense' and relevance = 'long_view' "
            "and model = 'ranker' and k = 10"
        ).fetchall()
    gains = [b - a for a, b in values]
    mean = sum(gains) / len(gains)
    spread = math.sqrt(sum((g - mean) ** 2 for g in gains) / (len(gains) - 1))
    half = 1.96 * spread / math.sqrt(len(gains))
    row = next(
        r for r in rows
        if (r["protocol"], r["relevance"], r["model"], r["metric"])
        == ("dense", "long_view", "ranker", "ndcg")
    )  # fmt: skip
    assert row["difference"] == pytest.approx(mean, abs=1e-4)
    assert row["ci_low"] == pytest.approx(mean - half, abs=1e-4)
    assert row["users"] == 60 and row["verdict"] == "b better"
    assert {r["model"] for r in rows} == {"ranker", "two_stage"}
    errors = [r for r in rows if r["metric"] == "mae"]
    assert [(r["protocol"], r["model"]) for r in errors] == [
        ("dense", "ranker"),
        ("holdout", "ranker"),
    ]
    assert all(r["difference"] < 0 and r["share_helped"] == 1 for r in errors)
    assert {r["verdict"] for r in errors} == {"b better"}
    back = ask(f"from compare_runs('{LATEST}', '20261124T030000Z-reference')")
    assert {r["verdict"] for r in back} == {"a better"}


def test_user_profile_counts_what_the_log_holds(ask: Ask, database: Path) -> None:
    rows = ask("from user_profile(15)")
    with duckdb.connect(database, read_only=True) as con:
        views, ratio, share = con.execute(
            "select count(*), avg(least(watch_ratio, 5)), avg(is_long_view::int) "
            "from training.interactions where user_id = 15"
        ).fetchone()
    log = next(row for row in rows if row["item"] == "all views")
    assert (log["views"], log["mean_watch_ratio"]) == (views, pytest.approx(ratio, abs=1e-3))
    assert log["long_view_share"] == pytest.approx(share, abs=1e-3)
    assert sum(r["views"] for r in rows if r["section"] == "video length") == views
    sections = list(dict.fromkeys(row["section"] for row in rows))
    assert sections == [
        "account", "log", "busiest hours", "video length", "tags", "most often to the end",
        "watched last",
    ]  # fmt: skip


def test_video_profile_counts_what_the_log_holds(ask: Ask, database: Path) -> None:
    rows = ask("from video_profile(21)")
    with duckdb.connect(database, read_only=True) as con:
        views = con.execute(
            "select count(*) from training.interactions where video_id = 21"
        ).fetchone()[0]
    assert next(row for row in rows if row["item"] == "all views")["views"] == views
    assert sum(r["views"] for r in rows if r["section"] == "days since upload") == views
    assert [r["item"] for r in rows if r["section"] == "whole app"][0] == "2020-09-05"


def test_data_quality_accounts_for_every_row_and_marks_the_simulation(ask: Ask) -> None:
    rows = ask("from data_quality()")
    assert rows[0]["verdict"] == "SIMULATED"
    assert [r["row_count"] for r in rows if r["measure"] == "rows unaccounted for"] == [0, 0, 0]
    aside = next(r for r in rows if r["measure"] == "rejected: user_id not an integer")
    assert (aside["row_count"], aside["verdict"]) == (10, "note")


def test_data_quality_says_what_drifted_and_what_did_not(ask: Ask) -> None:
    rows = {r["measure"]: r["verdict"] for r in ask("from data_quality() where subject = 'drift'")}
    assert rows == {
        "events a day: 0.50 to 0.50 times those of the week before": "ok",
        "lengths: PSI at most 0.020 against train, 1.610 against the day before": "note",
        "watch ratios: PSI at most 0.020 against train, 0.010 against the day before": "ok",
        "new on a day: at most 0.0 % of users, 40.0 % of videos": "note",
        "tag, author or category unknown: at most 4.0 points away from train": "ok",
    }


def test_data_quality_points_at_rows_that_were_lost(tmp_path: Path) -> None:
    path = synthetic.build(tmp_path / "lost.duckdb", synthetic.Size(20, 60, 20, 20, 5))
    with duckdb.connect(path) as con:
        con.execute("update staging.load_report set rows_kept = rows_kept - 1 where users = 60")
        lost = con.execute("from data_quality() where verdict = 'look'").fetchall()
    assert [(row[0], row[1], row[2]) for row in lost] == [
        ("small_matrix.csv", "rows unaccounted for", 1)
    ]


@pytest.mark.parametrize(
    "question",
    [
        "recommend(14)", "candidates(14)", "similar_videos(1)", "similar_users(14)",
        "explain(14, 1)", "list_parts(14)", "leaderboard()", "compare_runs('default', 'reference')",
        "recommend_for([])", "audience_for(9)", "past_runs()",
    ],
)  # fmt: skip
def test_before_training_the_questions_about_results_say_what_to_run(
    untrained: Path, question: str
) -> None:
    with (
        duckdb.connect(untrained, read_only=True) as con,
        pytest.raises(duckdb.InvalidInputException, match=r"Run: python models_py/train\.py"),
    ):
        con.execute(f"from {question}").fetchall()


@pytest.fixture(scope="module")
def untrained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that dbt built and nothing was trained on."""
    path = tmp_path_factory.mktemp("untrained") / "untrained.duckdb"
    synthetic.build(path, synthetic.Size(20, 60, 20, 20, 5))
    with duckdb.connect(path) as con:
        tables = con.execute("select table_name from duckdb_tables() where schema_name = 'ml'")
        for (table,) in tables.fetchall():
            con.execute(f"delete from ml.{table}")
    return path


def test_the_page_about_asking_names_every_answer_and_its_examples_run(ask: Ask) -> None:
    text = (ROOT / "docs" / "asking.md").read_text("utf-8")
    assert all(f"| `{name}(" in text for name in ANSWERS)
    examples = re.findall(r"```sql\n(.+?);\n```", text, flags=re.DOTALL)
    assert examples
    for example in examples:
        assert ask(example), example
