"""The page about a run: what it says, how it fails, and how it looks in a real browser."""

import contextlib
import io
import json
import re
from pathlib import Path

import duckdb
import pytest
import synthetic
from browser import Page
from reelrank.publication import find_run
from reelrank.report import words
from reelrank.report.charts import (
    list_figures,
    quality_figures,
    ranker_figures,
    reach_figures,
)
from reelrank.report.facts import Facts, read_facts
from reelrank_cli.main import main
from workbench import ROOT, Ended, python

REPORT = ROOT / "models_py" / "report.py"
MAX_BYTES = 5_000_000


def run_report(*options: str | Path) -> Ended:
    """Run the command in this process, which has loaded what draws."""
    said, results = io.StringIO(), io.StringIO()
    arguments = ["report", *map(str, options)]
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(results):
        try:
            code = main(arguments)
        except SystemExit as ended:
            code = ended.code
    return Ended(arguments, code, results.getvalue(), said.getvalue())


@pytest.fixture(scope="session")
def page_file(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page as the real command writes it."""
    out = tmp_path_factory.mktemp("pages") / "new folder" / "report.html"
    done = python(REPORT, "--db", database, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "simulated KuaiRec" in done.stdout
    return out


@pytest.fixture(scope="session")
def html(page_file: Path) -> str:
    return page_file.read_text("utf-8")


@pytest.fixture(scope="session")
def facts(database: Path) -> Facts:
    with duckdb.connect(database, read_only=True) as con:
        return read_facts(con, find_run(con))


def figures(facts: Facts) -> list:
    """Return all figures of the page."""
    made = (quality_figures, list_figures, ranker_figures, reach_figures)
    return [f for make in made for section in make(facts).values() for f in section]


def test_the_page_is_one_file_of_less_than_five_megabytes(page_file: Path, html: str) -> None:
    assert page_file.stat().st_size < MAX_BYTES
    assert [path.name for path in page_file.parent.iterdir()] == ["report.html"]
    own = html[: html.index('<script type="application/json"')]
    assert not re.search(r"<(link|img|script|iframe)[^>]+(src|href)=\"(?!data:)", own)


def test_the_first_table_answers_what_a_user_cares_about_in_five_rows(
    html: str, facts: Facts
) -> None:
    first = html[html.index("<table") : html.index("</table>")]
    assert html.index("What should they watch next?") < html.index("<table")
    assert "beat every rule on long views (closest: most_viewed_1d" in facts.next_list.finding
    assert first.count("<tr>") == 6
    for name in ("Two stages", "Most viewed, last day", "ALS", "Random", "Best living videos"):
        assert f"<td>{name}</td>" in first


def test_what_is_recommended_is_drawn_beside_what_is_watched_by_age_and_last_view(
    facts: Facts,
) -> None:
    sums: dict[tuple, float] = {}
    for row in facts.freshness:
        key = (row["what"], row["dimension"])
        sums[key] = sums.get(key, 0) + float(row["share"])
    assert sums == pytest.approx(
        {(w, d): 1 for w in ("watched", "candidates", "top_10") for d in ("age", "last_view")}
    )
    drawn = {figure.key: figure for figure in list_figures(facts)["lists"]}
    assert drawn.keys() == {"fresh-last-view", "fresh-age", "front"}
    points = drawn["front"].spec["data"]["values"]
    assert {p["model"] for p in points if p["kind"] == "other weights of the chance"} == {
        "w = 0", "w = 4",
    }  # fmt: skip


def test_the_page_says_simulated_wherever_it_could_be_missed(html: str) -> None:
    title = html[html.index("<title>") : html.index("</title>")]
    assert "simulated" in title
    assert html.index("SIMULATED DATA") < html.index("<main")
    assert html.rindex("Simulated data.") > html.index("<footer>")


def test_real_data_are_not_called_simulated(tmp_path: Path) -> None:
    path = synthetic.build(tmp_path / "real.duckdb", synthetic.Size(20, 60, 30, 20, 5))
    with duckdb.connect(path) as con:
        con.execute(
            "update ml.runs set is_simulated = false, data_source = 'KuaiRec 2.0', "
            "data_dir = 'data/KuaiRec'"
        )
        con.execute("update staging.data_source set kind = 'kuairec', label = 'KuaiRec 2.0'")
        con.execute(
            "delete from ml.metrics where model like 'oracle%' or protocol = 'end_to_end_truth'"
        )
    assert run_report("--db", path, "--out", tmp_path / "r.html").returncode == 0
    page = (tmp_path / "r.html").read_text("utf-8")
    said = page[page.index("<title>") : page.index("<style>")] + page[page.index("<body>") :]
    assert "simulat" not in said[: said.index('<script type="application/json"')].lower()
    assert "KuaiRec 2.0" in page


def test_captions_are_text_and_never_markup(html: str) -> None:
    own = html[: html.index('<script type="application/json"')]
    assert "&lt;b&gt;&amp;" in own and '<b>&"' not in own
    specs = html[html.index('id="specs">') : html.index("</script>", html.index('id="specs">'))]
    assert "<" not in specs[10:].replace("\\u003c", "")


def test_the_numbers_at_the_head_are_those_of_the_database(facts: Facts, html: str) -> None:
    first = words.cards(facts)[0]
    row = facts.metric("end_to_end", "long_view", "ndcg", 10, "two_stage")
    assert row is not None and first.value == f"{row['value']:.3f}"
    assert first.beside.endswith("best baseline: ALS 0.041")
    assert f'<p class="value">{first.value}</p>' in html


def test_the_verdict_depends_only_on_the_interval(facts: Facts) -> None:
    def with_interval(low: float, high: float) -> str:
        row = {
            "protocol": "dense_end_to_end", "relevance": "long_view", "model": "two_stage",
            "baseline": "als", "difference": (low + high) / 2, "ci_low": low, "ci_high": high,
        }  # fmt: skip
        return words.verdict(Facts(**{**vars(facts), "comparisons": [row]}))

    assert "beat every baseline" in with_interval(0.01, 0.03)
    assert "are not shown to beat ALS" in with_interval(-0.01, 0.03)
    assert "the baseline ALS is better" in with_interval(-0.03, -0.01)


def test_every_figure_is_a_valid_vega_lite_specification(facts: Facts) -> None:
    drawn = [figure for figure in figures(facts) if figure.chart is not None]
    assert len(drawn) >= 25
    for figure in drawn:
        spec = figure.chart.properties(width="container").to_dict(validate=True)
        assert spec["$schema"].startswith("https://vega.github.io/schema/vega-lite/v6")


def test_ten_users_are_shown_with_history_candidates_and_final_list(facts: Facts) -> None:
    assert len(facts.people) == 10
    for person in facts.people:
        assert [row["rank"] for row in person.candidates] == list(range(1, 11))
        assert [row["rank"] for row in person.final] == list(range(1, 11))
        assert len(person.history) >= 1
        assert {row["user_id"] for row in person.final} == {person.user["user_id"]}


def test_recall_by_age_counts_each_wanted_pair_once(facts: Facts, database: Path) -> None:
    with duckdb.connect(database, read_only=True) as con:
        wanted = con.execute(
            "select count(*) from (select distinct user_id, video_id from training.interactions "
            "where split = 'holdout' and is_long_view and (user_id, video_id) not in "
            "(select (user_id, video_id) from training.interactions where split = 'train'))"
        ).fetchone()
    assert sum(row["pairs"] for row in facts.recall_by_age) == wanted[0]


def test_popularity_shares_add_up_to_one(facts: Facts) -> None:
    for name in ("train_views", "later_views", "candidates", "top_10"):
        assert sum(row[name] for row in facts.popularity) == pytest.approx(1)


def test_a_run_that_keeps_only_its_metrics_still_gets_a_page(tmp_path: Path) -> None:
    path = synthetic.build(tmp_path / "old.duckdb", synthetic.Size(20, 60, 30, 20, 5))
    old = "20261124T030000Z-reference"
    kept = ("predictions", "candidates", "user_metrics", "explanations", "recommendations")
    with duckdb.connect(path) as con:
        for table in (*kept, "calibration", "feature_importances", "comparisons"):
            con.execute(f"delete from ml.{table} where run_id = ?", [old])
    done = run_report("--db", path, "--run-id", old, "--out", tmp_path / "old.html")
    assert done.returncode == 0, done.stderr
    assert "This run keeps nothing for this figure" in (tmp_path / "old.html").read_text("utf-8")


@pytest.mark.browser
def test_own_logs_with_nothing_but_a_log_get_a_page_too(tmp_path: Path, browser: Page) -> None:
    path = synthetic.build(tmp_path / "own.duckdb", synthetic.Size(30, 60, 40, 40, 5))
    with duckdb.connect(path) as con:
        for table in ("stg_dense_interactions", "stg_video_captions", "stg_friendships"):
            con.execute(f"delete from staging.{table}")
        for table in ("metrics", "comparisons", "user_metrics", "predictions", "calibration"):
            con.execute(f"delete from ml.{table} where protocol like 'dense%'")
        con.execute("update staging.stg_video_tags set tag_ids = []")
        con.execute("update staging.stg_users set user_active_degree = null, register_days = null")
        con.execute("update features.video_profiles set uploaded_on = null, author_id = null")
    done = run_report("--db", path, "--out", tmp_path / "own.html")
    assert done.returncode == 0, done.stderr
    browser.show(tmp_path / "own.html", width=390)
    assert browser.messages == []
    assert "no caption" in str(browser.ask("document.querySelector('#people').innerText"))
    assert "Dense matrix" not in str(browser.ask("document.querySelector('#baselines').innerText"))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--db", "missing.duckdb"], "There is no database missing.duckdb."),
        (["--run-id", "nonsense"], "No run is called 'nonsense'."),
        (["--out", "/dev/null/report.html"], "cannot be written to /dev/null/report.html"),
        (["--colour"], "unrecognized arguments: --colour"),
    ],
)
def test_what_the_user_can_cause_is_said_in_two_lines(
    database: Path, options: list[str], says: str
) -> None:
    done = run_report("--db", database, *options)
    last = [line for line in done.stderr.splitlines() if not line.startswith(("Reading", "Making"))]
    assert done.returncode == 1
    assert len(last) == 2 and says in last[0] and last[1].startswith("  ")


def test_a_database_without_a_run_says_to_train(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "empty.duckdb"):
        pass
    done = run_report("--db", tmp_path / "empty.duckdb")
    assert (done.returncode, done.stderr) == (
        1,
        "error: The database holds no training run.\n  Train first: reelrank train\n",
    )


def test_dry_run_writes_nothing_and_json_is_for_machines(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "sub" / "page.html"
    done = run_report("--db", database, "--out", out, "--dry-run", "--json")
    assert json.loads(done.stdout)["is_simulated"] is True
    assert not out.parent.exists()


def test_help_groups_options_and_shows_defaults_and_examples() -> None:
    text = " ".join(run_report("--help").stdout.split())
    assert "what to show:" in text and "where to:" in text
    assert "(default: reports/report.html)" in text and "examples:" in text


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_draws_every_figure_without_a_word_or_a_request(
    browser: Page, page_file: Path, facts: Facts, width: int, scheme: str
) -> None:
    browser.show(page_file, width=width, scheme=scheme)
    expected = {f"chart-{f.key}" for f in figures(facts) if f.chart is not None}
    drawn = browser.ask(
        "[...document.querySelectorAll('.chart')].filter(c => {"
        "  const svg = c.querySelector('svg');"
        "  return svg && svg.clientWidth > 150 && svg.clientHeight > 60"
        "    && c.querySelectorAll('[role=graphics-symbol]').length > 0;"
        "}).map(c => c.id)"
    )
    assert set(drawn) == expected
    assert browser.messages == []
    assert [url for url in browser.requests if not url.startswith("data:")] == [page_file.as_uri()]
    assert browser.ask("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_on_a_phone_nothing_is_cut_off_or_too_small_to_read(browser: Page, page_file: Path) -> None:
    browser.show(page_file, width=390)
    cut = browser.ask(
        "[...document.querySelectorAll('h1,h2,h3,p,figcaption,.card,figure,details')]"
        ".filter(e => e.getClientRects().length && e.getBoundingClientRect().right > 391)"
        ".map(e => e.textContent.slice(0, 40))"
    )
    small = browser.ask(
        "[...document.querySelectorAll('p,li,td,th,figcaption,svg text')]"
        ".filter(e => parseFloat(getComputedStyle(e).fontSize) < 11)"
        ".map(e => e.textContent.slice(0, 40))"
    )
    sticking_out = browser.ask(
        "[...document.querySelectorAll('.chart')].filter(c => {"
        "  const box = c.getBoundingClientRect();"
        "  return [...c.querySelectorAll('text')].some(t => {"
        "    const r = t.getBoundingClientRect();"
        "    return r.width && (r.left < box.left - 12 || r.right > box.right + 14); });"
        "}).map(c => c.id)"
    )
    on_each_other = browser.ask(
        "[...document.querySelectorAll('.chart')].filter(c =>"
        "  [...c.querySelectorAll('.role-axis-label')].some(axis => {"
        "    const boxes = [...axis.querySelectorAll('text')]"
        "      .filter(t => t.textContent && getComputedStyle(t).opacity > 0)"
        "      .map(t => t.getBoundingClientRect());"
        "    return boxes.some((a, i) => boxes.slice(i + 1).some(b =>"
        "      a.left < b.right - 1 && b.left < a.right - 1"
        "      && a.top < b.bottom - 3 && b.top < a.bottom - 3)); })"
        ").map(c => c.id)"
    )
    assert (cut, small, sticking_out, on_each_other) == ([], [], [], [])


@pytest.mark.browser
def test_dark_mode_is_dark_and_light_mode_is_light(browser: Page, page_file: Path) -> None:
    def brightness(scheme: str, what: str) -> float:
        browser.show(page_file, width=1280, scheme=scheme)
        colour = browser.ask(what)
        return sum(map(int, re.findall(r"\d+", str(colour))[:3])) / 3

    paper = "getComputedStyle(document.body).backgroundColor"
    text = "getComputedStyle(document.querySelector('.chart svg .role-axis-label text')).fill"
    assert brightness("light", paper) > 200 and brightness("dark", paper) < 60
    assert brightness("light", text) < 140 and brightness("dark", text) > 140


@pytest.mark.browser
def test_the_menus_change_what_the_curves_show(browser: Page, page_file: Path) -> None:
    browser.show(page_file, width=1280)
    path = "document.querySelector('#chart-curve-ndcg .mark-line path').getAttribute('d')"
    before = browser.ask(path)
    after = browser.ask(
        "(async () => { const menu = document.querySelector('select[data-param=protocol]');"
        " menu.value = 'dense'; menu.dispatchEvent(new Event('change'));"
        " await new Promise(done => setTimeout(done, 400));"
        f" return {path}; }})()"
    )
    assert before and after and before != after
