"""Models from outside: files that `reelrank judge` judges, and a package with entry points."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pytest
from reelrank_cli.main import main
from workbench import ROOT, Job

pytestmark = pytest.mark.slow

EXAMPLE = Path(__file__).parent / "example_package"
DOCS = (ROOT / "docs" / "your_model.md").read_text("utf-8")
PRESET = (ROOT / "models_py" / "reelrank" / "presets" / "reference.toml").read_text("utf-8")
QUICK = {
    'source = "als"': 'source = "same_author"',
    'compared_sources = ["als", "item_based", "most_viewed", "best_received"]':
        'compared_sources = ["als"]',
    "count = 500 ": "count = 50 ",
    "factors = 100": "factors = 8",
    "iterations = 20": "iterations = 2",
    "max_rounds = 1000": "max_rounds = 10",
    'heads = ["watch_ratio"]': 'heads = ["watch_ratio", "long_view"]',
}  # fmt: skip


@pytest.fixture(scope="module")
def database(job: Job, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database whose latest run was trained with the example package installed."""
    home = tmp_path_factory.mktemp("your model")
    package = shutil.copytree(EXAMPLE, home / "package")
    command = "-m pip install --quiet --no-deps --no-build-isolation --no-index --target"
    subprocess.run([sys.executable, *command.split(), home / "site", package], check=True)
    text = PRESET
    for old, new in QUICK.items():
        assert old in text
        text = text.replace(old, new)
    (home / "quick.toml").write_text(text, "utf-8")
    database = Path(shutil.copy2(job.database, home / "reelrank.duckdb"))
    options = (
        "--lock-timeout",
        "5",
        "--resamples",
        "100",
        "--preset",
        str(home / "quick.toml"),
        "--db",
        str(database),
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(home / "site")
        assert main(["train", *options]) == 0
    return database


def ask(database: Path, query: str, *values: object) -> list[tuple]:
    with duckdb.connect(str(database), read_only=True) as con:
        return con.execute(query, values).fetchall()


def judge(database: Path, query: str, name: str, *options: str, ending: str = ".parquet") -> int:
    """Write what a query finds into a file, and judge it."""
    file = database.parent / f"{name}{ending}"
    with duckdb.connect(str(database), read_only=True) as con:
        con.execute(f"copy ({query}) to '{file}'")
    return main(["judge", str(file), "--name", name, "--db", str(database),
                 "--lock-timeout", "5", "--resamples", "100", *options])  # fmt: skip


def values_of(database: Path, model: str, where: str) -> list[tuple]:
    return ask(
        database,
        "select protocol, relevance, metric, k, value, ci_low, ci_high from ml.metrics"
        " where run_id = (select run_id from ml.latest_run) and metric not in ('mae', 'rmse',"
        f" 'mae_seconds', 'xauc', 'gxauc') and model = ? and {where} order by all",
        model,
    )


def assert_alike(mine: list[tuple], theirs: list[tuple]) -> None:
    """The same metrics, and the same values but for the last bits of sums."""
    assert [row[:4] for row in mine] == [row[:4] for row in theirs]
    numbers = [np.array([row[4:] for row in rows], float) for rows in (mine, theirs)]
    np.testing.assert_allclose(*numbers, atol=1e-9)


def test_a_source_and_a_ranker_of_a_package_take_part_in_a_run(database: Path):
    found = ask(
        database,
        "select model, list(distinct protocol order by protocol) from ml.metrics"
        " where run_id = (select run_id from ml.latest_run) and metric = 'ndcg'"
        " and model in ('same_author', 'ridge') group by model",
    )
    protocols = dict(found)
    assert {"dense", "dense_test", "holdout", "end_to_end"} <= set(protocols["ridge"])
    assert {"dense_end_to_end", "end_to_end"} <= set(protocols["same_author"])
    [(versions, sources)] = ask(
        database,
        "select versions, (select list(distinct source) from ml.candidates join ml.latest_run"
        " using (run_id)) from ml.latest_run",
    )
    assert json.loads(versions)["reelrank.rankers ridge"] == "reelrank-example==1.0"
    assert "same_author" in sources
    [(rows, scored)] = ask(
        database,
        "select count(*), count(ridge_score) from ml.predictions join ml.latest_run using (run_id)",
    )
    assert rows == scored > 0


def test_the_scores_of_the_ranker_judged_again_are_judged_alike(database: Path, capsys):
    scores = """
        select user_id, video_id,
            arg_min(score_long_view, coalesce(event_at, '2020-01-01')) as score
        from ml.predictions join ml.latest_run using (run_id) group by all"""
    assert judge(database, scores, "my ranker") == 0
    assert "end_to_end: not judged" in capsys.readouterr().out
    where = "relevance = 'long_view' and protocol in ('dense', 'dense_test', 'holdout')"
    theirs = values_of(database, "ranker", where)
    assert len(theirs) > 50
    assert_alike(values_of(database, "my ranker", where), theirs)
    compared = ask(
        database,
        "select max(abs(difference)), count(distinct protocol) from ml.comparisons"
        " where model = 'my ranker' and baseline = 'ranker' and relevance = 'long_view'"
        " and protocol <> 'holdout_with_repeats'",
    )
    assert compared == [(0, 4)]
    listed = ask(database, "from leaderboard() where model = 'my ranker' and is_best is not null")
    assert len(listed) >= 10


def test_lists_judged_again_are_judged_like_the_source_that_made_them(database: Path):
    lists = "select user_id, video_id, rank from ml.candidates join ml.latest_run using (run_id)"
    assert judge(database, lists, "my lists", ending=".csv") == 0
    where = "protocol in ('end_to_end', 'end_to_end_truth')"
    theirs = values_of(database, "same_author", where)
    assert {row[2] for row in theirs} >= {"ndcg", "true_chance", "coverage", "candidate_recall"}
    assert_alike(values_of(database, "my lists", where), theirs)
    compared = ask(
        database,
        "select max(abs(difference)) from ml.comparisons where model = 'my lists'"
        " and baseline = 'same_author' group by protocol",
    )
    assert compared == [(0,), (0,)]
    kept = ask(
        database, "select count(*), max(rank) from ml.judged_scores where model = 'my lists'"
    )
    assert kept[0][0] > 100 and kept[0][1] <= 100


@pytest.mark.parametrize("language", ["python", "sql"])
def test_the_snippets_of_the_docs_give_scores_that_are_judged(database: Path, language: str):
    snippet = re.search(rf"```{language}\n(.*?)```", DOCS, re.DOTALL)[1]
    if language == "python":
        assert len([line for line in snippet.splitlines() if line]) == 10
        subprocess.run([sys.executable, "-c", snippet], cwd=database.parent, check=True)
    else:
        with duckdb.connect(str(database), read_only=True) as con:
            con.execute(snippet.replace("'my_scores", f"'{database.parent}/my_scores"))
    file = str(database.parent / "my_scores.parquet")
    name = ("--name", f"in {language}", "--db", str(database), "--resamples", "100")
    assert main(["judge", file, *name]) == 0
    [(protocols, ndcg)] = ask(
        database,
        "select any_value(protocols), max(value) from ml.judged_models join ml.metrics"
        " using (run_id, model) where model = ? and protocol = 'dense'"
        " and (relevance, metric, k) = ('long_view', 'ndcg', 10)",
        f"in {language}",
    )
    others = ["end_to_end", "holdout", "holdout_with_repeats"]
    assert protocols == ["dense", *(others if language == "sql" else [])]
    assert ndcg > 0.05


ONE = "select user_id, video_id, 1.0 as score from training.interactions limit 3"
FAULTS = {
    "an unknown user": (f"from ({ONE}) union all select -1, 1, 1.0", ["row 4", "user_id", "-1"]),
    "half an id": (ONE.replace("video_id", "video_id + 0.5 as video_id"), ["row 1", "video_id"]),
    "no number": (ONE.replace("1.0", "'nan'::double"), ["row 1", "score", "finite"]),
    "an empty cell": (ONE.replace("1.0", "null::double"), ["row 1", "score", "empty"]),
    "a pair twice": (f"from ({ONE}) union all from ({ONE})", ["pair", "2 more rows"]),
    "a rank of 0": (ONE.replace("1.0 as score", "0 as rank"), ["row 1", "rank", "from 1"]),
    "no value": (ONE.replace("score", "worth"), ["neither score nor rank", "worth"]),
    "too little": (ONE, ["covers no protocol", "holdout 0."]),
    "no rows": (f"from ({ONE}) where false", ["holds no rows"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_judged_is_refused_in_two_lines(database: Path, capsys, fault: str):
    query, words = FAULTS[fault]
    assert judge(database, query, "faulty") == 1
    said = capsys.readouterr().err
    problem = said[said.index("error: ") :].strip()
    assert len(problem.splitlines()) == 2
    assert all(word in problem for word in words), problem
    assert ask(database, "from ml.judged_models where model = 'faulty'") == []


def test_a_name_that_a_model_of_the_run_has_is_refused(database: Path, capsys):
    assert judge(database, ONE, "two_stage", "--dry-run") == 1
    assert "'two_stage'" in capsys.readouterr().err


def test_a_run_from_before_a_metric_is_refused(database: Path, tmp_path: Path, capsys):
    older = tmp_path / "older.duckdb"
    shutil.copy(database, older)
    with duckdb.connect(str(older)) as con:
        con.execute("alter table ml.user_metrics drop column hit_rate")
    every_pair = "select user_id, video_id, 1.0 as score from training.dense_interactions"
    assert judge(older, every_pair, "late") == 1
    assert "hit_rate" in capsys.readouterr().err
