"""The ladder of skill: what a run reaches, beside the real figures."""

import json
from pathlib import Path

import duckdb
import pytest
import reelrank.publication
from workbench import python

ROOT = Path(__file__).parents[2]
SCHEMA = (Path(reelrank.publication.__path__[0]) / "schema.sql").read_text()
REACHED = {
    ("long_view", "random"): 0.15,
    ("long_view", "best_received"): 0.20,
    ("long_view", "als"): 0.25,
    ("long_view", "oracle"): 0.36,
    ("watch_ratio_above_1", "shortest_first"): 0.91,
    ("watch_ratio_above_1", "best_received"): 0.90,
}


def climb(folder, scale, reached, *arguments):
    """Run the command on a database whose one run has these figures."""
    db = folder / "run.duckdb"
    with duckdb.connect(str(db)) as con:
        con.execute(SCHEMA)
        con.execute(
            "insert into ml.runs by name select 'run' as run_id, 'default' as preset,"
            " timestamp '2026-01-01' as started_at, timestamp '2026-01-01' as finished_at,"
            " ? as data_source, true as is_simulated, '' as data_dir, 42 as seed,"
            " '{}' as parameters, '{}' as row_counts, '{}' as durations, '{}' as versions",
            [f"simulated KuaiRec ({scale}, seed 42)"],
        )
        for (relevance, model), value in reached.items():
            con.execute(
                "insert into ml.metrics values"
                " ('run', 'dense', ?, ?, 'ndcg', 10, ?, null, null, 9)",
                [relevance, model, value],
            )
    return python("scripts/check_simulation_ladder.py", "--db", db, *arguments)


def test_a_run_at_full_is_inside_and_says_what_it_is_of(tmp_path):
    done = climb(tmp_path, "full", REACHED)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("simulated KuaiRec (full, seed 42)")
    assert "OUTSIDE" not in done.stdout


@pytest.mark.parametrize(
    "changed",
    [{("long_view", "als"): 0.2}, {("watch_ratio_above_1", "best_received"): 0.86}],
)
def test_a_step_or_the_difference_of_two_can_be_outside(tmp_path, changed):
    done = climb(tmp_path, "full", REACHED | changed)
    assert done.returncode == 1
    assert done.stdout.count("OUTSIDE") == 1


def test_a_small_scale_is_shown_and_not_judged(tmp_path):
    worse = REACHED | {("long_view", "als"): 0.1}
    assert "not judged" in climb(tmp_path, "small", worse).stdout
    (tmp_path / "run.duckdb").unlink()
    found = json.loads(climb(tmp_path, "small", worse, "--json").stdout)
    assert [step["measured"] for step in found["steps"]][2] == 0.1
    assert found["steps"][-1]["real"] == 0.002


def test_a_run_without_a_dense_matrix_is_an_error_in_two_lines(tmp_path):
    done = climb(tmp_path, "full", {})
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 2
