"""What `bash scripts/run.sh` leaves: answers, queries and page on the tables of the real job."""

import subprocess
from pathlib import Path

import pytest
from browser import Page
from reelrank.publication.publishing import MADE_IN_ORDER, ORDERS
from test_queries import QUERIES
from workbench import BIN, Job, ask

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def known(job: Job) -> dict[str, int]:
    """A user and a video that the latest run recommends."""
    return ask(
        job.database,
        "select user_id, video_id from ml.recommendations where rank = 1 "
        "and run_id = (select run_id from ml.latest_run) order by user_id limit 1",
    )[0]


@pytest.mark.parametrize(
    ("question", "columns"),
    [
        (
            "recommend({user_id}, 10)",
            {"caption", "tags", "duration_s", "predicted_ratio", "reason"},
        ),
        ("candidates({user_id}, 10)", {"video_id", "score", "source", "final_rank"}),
        ("similar_videos({video_id}, 3)", {"video_id", "cosine"}),
        ("similar_users({user_id}, 3)", {"user_id", "cosine", "is_friend"}),
        ("user_profile({user_id})", {"section", "item", "views", "note"}),
        ("video_profile({video_id})", {"section", "item", "views", "note"}),
        ("explain({user_id}, {video_id})", {"feature", "contribution", "description"}),
        ("leaderboard()", {"data", "model", "ndcg", "ndcg_low", "ndcg_high"}),
        ("data_quality()", {"subject", "measure", "row_count", "verdict"}),
    ],
)
def test_every_answer_answers(job: Job, known: dict, question: str, columns: set[str]) -> None:
    rows = ask(job.database, "from " + question.format(**known))
    assert rows and columns <= rows[0].keys()


def test_explanations_are_in_the_words_of_the_catalog(job: Job, known: dict) -> None:
    rows = ask(job.database, "from explain({user_id}, {video_id})".format(**known))
    assert all(row["description"] for row in rows)


def test_any_pair_is_split_into_the_parts_of_its_chance(job: Job) -> None:
    [pair] = ask(
        job.database,
        "select min(user_id) as user_id, max(video_id) as video_id"
        " from staging.stg_users cross join features.video_profiles"
        " where video_duration_ms is not null",
    )
    rows = ask(job.database, "from explain({user_id}, {video_id})".format(**pair))
    parts = {row["feature"] for row in rows}
    assert parts >= {"level", "video", "taste", "context", "length"}


def test_a_list_is_split_into_the_same_parts(job: Job, known: dict) -> None:
    rows = ask(job.database, "from list_parts({user_id}, 3)".format(**known))
    assert [row["rank"] for row in rows] == [1, 2, 3]
    for row in rows:
        explained = ask(job.database, f"from explain({known['user_id']}, {row['video_id']})")
        of_pair = {part["feature"]: part["contribution"] for part in explained}
        for name in ("level", "video", "taste", "context", "length"):
            assert row[name] == pytest.approx(of_pair[name], abs=0.006)


def test_no_row_of_the_source_is_unaccounted_for(job: Job) -> None:
    rows = ask(job.database, "from data_quality()")
    assert rows[0]["verdict"] == "SIMULATED"
    assert [row for row in rows if row["verdict"] == "look"] == []


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_every_example_query_runs(job: Job, path: Path) -> None:
    with path.open() as query:
        done = subprocess.run(
            [BIN / "duckdb", "-readonly", "-csv", job.database],
            stdin=query, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0 and not done.stderr, done.stderr


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_its_page_is_drawn_without_a_word_or_a_request(job: Job, browser: Page, width: int) -> None:
    browser.show(job.report, width=width)
    empty = browser.ask(
        "[...document.querySelectorAll('.chart')].filter(c => !c.querySelector("
        "'[role=graphics-symbol]')).map(c => c.id)"
    )
    assert empty == []
    assert browser.messages == []
    assert [url for url in browser.requests if not url.startswith("data:")] == [job.report.as_uri()]
    assert browser.ask("document.documentElement.scrollWidth") <= width
    assert "SIMULATED DATA" in str(browser.ask("document.querySelector('header').innerText"))


@pytest.mark.parametrize("table", MADE_IN_ORDER)
def test_rows_that_are_not_sorted_again_are_made_in_their_order(job: Job, table: str):
    place = f"({ORDERS[table]})"
    found = ask(
        job.database,
        f"select count(*) as rows, count(*) filter (where place < before) as out_of_order from ("
        f"select {place} as place, lag({place}) over (order by rowid) as before from ml.{table}"
        " where run_id = (select run_id from ml.latest_run))",
    )[0]
    assert found["rows"] > 1
    assert found["out_of_order"] == 0
