"""The explorer: its arithmetic by hand, every page in AppTest, and in a real Chromium."""

import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from browser import Page
from reelrank.evaluation.orderings import RULES
from reelrank_cli.main import main
from reelrank_explorer.database import ask, connection
from reelrank_explorer.reranking import (
    Wishes,
    _tag_distance,
    measured,
    reranked,
    split_lists,
)
from workbench import ROOT, Job, clean_environment

HAS_STREAMLIT = pytest.mark.skipif(
    find_spec("streamlit") is None,
    reason="no Streamlit here: pip install -r requirements-explore.txt",
)
PAGES = ("Users", "Videos", "Compare", "Metrics", "Experiments", "SQL")


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """Put __main__ back: Streamlit takes its place, and new processes would import that."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


def lists(count: int = 12) -> pd.DataFrame:
    """A list: the higher its number, the worse, the newer, and the better liked a video."""
    number = np.arange(count)
    return pd.DataFrame({
        "user_id": 7, "rank": number + 1, "ranking_score": -1.0 * number,
        "list_score": -1.0 * number, "log_chance": 0.5 * number,
        "days_since_first_view": 1.0 * (count - number), "author_id": number // 2,
        "tags": [[n // 2] for n in number], "predicted_long_view": number / count,
        "is_relevant": number == 10, "is_alive": number > 5, "relevant_count": 1,
    })  # fmt: skip


def test_sliders_reorder_a_list_as_they_say():
    [rows] = split_lists(lists())
    assert reranked(rows, Wishes()).tolist() == list(range(10))
    assert reranked(rows, Wishes(taste=4)).tolist() == list(range(11, 1, -1))
    assert reranked(rows, Wishes(freshness=50))[0] == 11
    # of two videos by the same author with the same tag, the second comes later
    assert reranked(rows, Wishes(diversity=0.9))[:6].tolist() == [0, 2, 4, 6, 8, 10]
    explored = reranked(rows, Wishes(exploration=1.0), seed=1)
    assert sorted(explored.tolist()) != list(range(10)) and len(set(explored)) == 10
    old = lists().assign(list_score=np.nan, log_chance=np.nan)
    assert reranked(split_lists(old)[0], Wishes(taste=4)).tolist() == list(range(10))


def test_quality_of_a_list_by_hand():
    found = measured(split_lists(lists()), Wishes())
    assert found["ndcg"] == 0 and found["alive"] == 0.4
    assert found["chance"] == pytest.approx(4.5 / 12)
    assert found["diversity"] == pytest.approx(1 - 5 / 45)
    assert measured(split_lists(lists()), Wishes(taste=4))["ndcg"] == pytest.approx(1 / np.log2(3))


@pytest.mark.slow
def test_queries_reach_nothing_but_the_database_and_end(job: Job, tmp_path: Path):
    asked = {
        "from read_csv('/etc/hostname')": "disabled",
        f"copy (select 1) to '{tmp_path}/out.csv'": "disabled",
        f"attach '{tmp_path}/other.duckdb'": "disabled",
        "install httpfs": "disabled",
        "create table main.mine as select 1": "read-only",
        "set enable_external_access = true": "locked",
        "selec 1": "syntax error",
        "select count(*) from range(1000000000) one, range(1000000) other": "stopped after 1 s",
    }
    with connection(job.database) as con, connection(job.database) as other:
        assert other.execute("select 1").fetchone() == (1,)  # two clicks at once
        for query, words in asked.items():
            rows, _, problem = ask(con, query, seconds=1)
            assert problem and words in problem and rows.empty, (query, problem)
        rows, took, problem = ask(con, "from leaderboard()")
        assert problem is None and len(rows) > 100 and took < 5
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def database(job: Job, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the job's database with an experiment."""
    folder = tmp_path_factory.mktemp("explorer")
    copy = Path(shutil.copy2(job.database, folder / "reelrank.duckdb"))
    assert main(["experiment", "--db", str(copy)]) == 0
    return copy


def test_videos_without_tags_are_no_more_diverse_than_in_the_metrics():
    assert _tag_distance(np.array([frozenset(), frozenset()])) == 0
    assert _tag_distance(np.array([frozenset({1}), frozenset()])) == 1


def test_every_rule_has_its_lists():
    query = (ROOT / "models_py/reelrank_explorer/sql/list_of_model.sql").read_text()
    assert {rule.model for rule in RULES} == set(re.findall("when '(.*?)'", query))


@HAS_STREAMLIT
@pytest.mark.slow
def test_every_page_shows_without_an_error_and_answers_to_clicks(
    database: Path, monkeypatch: pytest.MonkeyPatch
):
    from streamlit.testing.v1 import AppTest

    monkeypatch.setattr(sys, "argv", ["app.py", str(database)])
    app = AppTest.from_file(str(ROOT / "models_py" / "reelrank_explorer" / "app.py"))
    app.default_timeout = 60

    def click() -> AppTest:
        app.run()
        assert [fault.value for fault in app.exception] == []
        assert [fault.value for fault in app.error] == []
        return app

    click()
    assert "SIMULATED DATA" in app.markdown[0].value
    for kind in ("cold", "best served", "worst served", "random"):
        app.selectbox(key="kind").set_value(kind)
        assert len(click().dataframe) >= 1
    app.selectbox(key="kind").set_value("best served")
    before = click().dataframe[0].value
    assert set(before.columns) >= {"video_id", "caption", "reason", "days_since_first_view"}
    app.slider(key="taste").set_value(8.0)
    app.slider(key="diversity").set_value(0.5)
    after = click().dataframe[0].value
    assert list(after["video_id"]) != list(before["video_id"])
    assert any(metric.delta for metric in app.metric)
    app.text_input(key="user_id").set_value("nobody")
    assert "No user" in click().info[0].value
    for page in PAGES[1:]:
        app.radio[0].set_value(page)
        click()
        assert len(app.dataframe) >= 1, page
    app.text_area(key="sql").set_value("select 14 as answer")
    assert click().dataframe[0].value["answer"].tolist() == [14]
    app.text_area(key="sql").set_value("from read_csv('/etc/hostname')")
    app.run()
    assert "disabled" in app.error[0].value


@pytest.fixture(scope="module")
def address(database: Path) -> Iterator[str]:
    """Where `reelrank explore` serves the page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, ROOT / "models_py", "explore", "--db", database, "--port", str(port)],
        env=clean_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}/"
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(url + "_stcore/health", timeout=5)
            break
        except OSError:
            assert server.poll() is None and time.monotonic() < deadline
            time.sleep(0.2)
    yield url
    server.terminate()
    server.wait(30)


@HAS_STREAMLIT
@pytest.mark.slow
@pytest.mark.browser
def test_it_works_in_a_real_browser_on_a_phone_in_the_dark(address: str, browser: Page):
    browser.open(address, width=390, scheme="dark")
    for name in PAGES:
        label = (
            "[...document.querySelectorAll('[data-testid=stRadio] label')]"
            f".find(label => label.innerText.trim() == '{name}')"
        )
        browser.wait_for(label)
        browser.ask(f"{label}.click()")
        browser.wait_for(
            "document.querySelector('[data-testid=stDataFrame]') &&"
            " !document.querySelector('[data-testid=stStatusWidget]')"
        )
        assert browser.ask("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
        assert not browser.ask("document.querySelector('[data-testid=stException]')?.innerText")
    colour = str(browser.ask("getComputedStyle(document.querySelector('.stApp')).backgroundColor"))
    assert max(int(part) for part in colour[4:-1].split(",")) < 64
    assert [said for said in browser.messages if not said.startswith("warning")] == []
    hosts = {url.split("/")[2] for url in browser.requests if url.startswith("http")}
    assert hosts == {address.split("/")[2]}
    browser.open("about:blank", width=390)  # else the page mourns its server in the next test


def test_without_streamlit_or_a_run_it_says_what_to_do(tmp_path: Path, monkeypatch, capsys):
    missing = tmp_path / "none.duckdb"
    monkeypatch.setattr("reelrank_cli.explore.find_spec", lambda name: None)  # noqa: ARG005
    assert main(["explore", "--db", str(missing)]) == 1
    assert "requirements-explore.txt" in capsys.readouterr().err
    monkeypatch.setattr("reelrank_cli.explore.find_spec", lambda name: name)
    assert main(["explore", "--db", str(missing)]) == 1
    assert "There is no database" in capsys.readouterr().err
