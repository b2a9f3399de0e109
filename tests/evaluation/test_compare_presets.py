"""The command that compares two presets."""

import json
import subprocess
from pathlib import Path

import duckdb
import pytest
from reelrank.evaluation.judging import evaluate
from workbench import python
from worlds import random_world

ROOT = Path(__file__).parents[2]
SCHEMA = (ROOT / "models_py/reelrank/publication/schema.sql").read_text()


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> Path:
    """A database with a run of preset default that knows the answers, and a reference run."""
    path = tmp_path_factory.mktemp("runs") / "two runs.duckdb"
    with duckdb.connect(path) as con:
        con.execute(SCHEMA)
        for preset in ("reference", "default"):
            world = random_world()
            if preset == "default":
                world.execute("update run_predictions set predicted_watch_ratio = watch_ratio, "
                              "score_watch_ratio = watch_ratio")  # fmt: skip
            evaluate(world, f"run-{preset}", seed=1, resamples=50)
            for name in ("user_metrics", "user_errors"):
                con.register("judged", world.table(f"run_{name}").to_arrow_table())
                con.execute(f"insert into ml.{name} by name select * from judged")
            con.execute(
                """insert into ml.runs values (?, ?, now(), now(), 'simulated KuaiRec (tiny)',
                true, 'data', 1, '{}', '{}', '{}', '{}', 1)""",
                [f"run-{preset}", preset],
            )
    return path


def compare(database: Path, *arguments: str) -> subprocess.CompletedProcess:
    return python("scripts/compare_presets.py", "--db", database, *arguments)


def test_the_better_preset_wins_and_the_data_is_called_simulated(database):
    ended = compare(database)
    assert ended.returncode == 0, ended.stderr
    assert "run-default minus run-reference" in ended.stdout
    assert "on SIMULATED data: simulated KuaiRec (tiny)" in ended.stdout
    rows = json.loads(compare(database, "--json").stdout)["rows"]
    found = {(row["protocol"], row["relevance"], row["metric"]): row for row in rows}
    mae = found["dense", "none", "mae"]
    assert mae["value"] == pytest.approx(0, abs=1e-6)
    assert mae["difference"] == pytest.approx(-mae["other_value"], abs=1e-6)
    assert mae["ci_high"] < 0
    assert mae["share_helped"] == 1
    assert found["holdout", "watch_ratio_above_1", "ndcg"]["value"] == pytest.approx(1)
    assert len(found) == 2 * (2 * 2 + 2)


def test_what_is_missing_is_said_in_two_lines(database, tmp_path):
    for arguments, words in (
        (["nope"], "0 run(s) of preset nope"),
        (["default", "default"], "1 run(s) of preset default"),
        (["--model", "ghost"], "share no values of models ghost and ghost"),
        (["--db", str(tmp_path / "none.duckdb")], "There is no database"),
    ):
        ended = compare(database, *arguments)
        assert ended.returncode == 1
        assert words in ended.stderr
        assert len(ended.stderr.strip().splitlines()) == 2


def test_runs_of_different_data_are_not_compared(database, tmp_path):
    copy = tmp_path / "copy.duckdb"
    copy.write_bytes(database.read_bytes())
    with duckdb.connect(copy) as con:
        con.execute("update ml.runs set data_source = 'KuaiRec 2.0' where preset = 'default'")
    ended = compare(copy)
    assert ended.returncode == 1
    assert "of different data: KuaiRec 2.0 and simulated KuaiRec (tiny)" in ended.stderr
