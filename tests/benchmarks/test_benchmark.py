"""The benchmark's own promises: what it measures, keeps, compares and judges."""

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from benchmarking import asking, growth, page, results, yardstick
from benchmarking.commands import Measure
from benchmarking.turns import checked_out, ratio
from reelrank.errors import UserError
from reelrank_cli.processes import cost_of
from workbench import Job, job

__all__ = ["job"]
ROOT = Path(__file__).resolve().parents[2]
EATS_100_MB = "import time; held = bytearray(b'1') * 100_000_000; time.sleep(2)"
ABOUT = {"machine": {"cores": 2}, "versions": {"duckdb": "1"}, "scale": "full", "seed": 42}


def measure(
    name: str, seconds: float, *, scale: str = "full", yardstick_seconds: float = 2.0
) -> Measure:
    values = {"seconds": seconds, "peak_gb": 2.0, "processor_seconds": 1.0}
    values |= {"yardstick_seconds": yardstick_seconds}
    return Measure(name=name, scale=scale, rows=1_000_000, **values, runs=[values])


def known(folder: Path | None, *measures: Measure) -> results.Results:
    found = results.Results(dict(ABOUT), folder)
    found.follow([list(measures)])
    return found


def test_a_step_is_measured_inside_its_command_and_the_command_holds_it(tmp_path: Path):
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {EATS_100_MB!r}])"
    cost = cost_of([sys.executable, "-c", outer + " # outer"], tmp_path, {},
                   steps={"eater": "-c import time; held"})  # fmt: skip
    assert list(cost.steps) == ["eater"]
    assert 100e6 < cost.steps["eater"].peak_bytes <= cost.peak_bytes < 2e9
    assert 1 < cost.steps["eater"].seconds < cost.seconds
    assert cost.processor_seconds > 0


def test_a_command_that_fails_is_no_measurement(tmp_path: Path):
    with pytest.raises(UserError, match="ended with code 3"):
        cost_of([sys.executable, "-c", "raise SystemExit(3)"], tmp_path, {})


def test_parts_measured_one_by_one_end_in_the_same_results(tmp_path: Path):
    known(tmp_path, measure("dbt run", 80.0), measure("run.sh", 700.0))
    (tmp_path / "benchmarks.md").write_text(
        (tmp_path / "benchmarks.md").read_text().replace("## What was tried", "## By hand")
    )
    later = results.Results(json.loads((tmp_path / "benchmarks.json").read_text()), tmp_path)
    later.follow([[measure("dbt run", 90.0)]])
    kept = json.loads((tmp_path / "benchmarks.json").read_text())["measures"]
    assert [(m["name"], m["seconds"]) for m in kept] == [("run.sh", 700.0), ("dbt run", 90.0)]
    text = (tmp_path / "benchmarks.md").read_text()
    assert "## By hand" in text
    assert "| all three notebooks | 38:44 | 9.9 GB | `run.sh` | 11:40 | 2.00 GB | 30% |" in text


def test_results_of_another_scale_are_not_overwritten(tmp_path: Path):
    known(tmp_path, measure("dbt run", 80.0))
    with pytest.raises(UserError, match="scale full"):
        results.open_results(tmp_path, "tiny", 42)


def test_the_yardstick_is_the_same_work_each_time():
    with duckdb.connect() as con:
        answers = {con.execute(yardstick.WORK.read_text()).fetchone() for _ in range(2)}
    assert len(answers) == 1
    assert yardstick.yardstick_seconds() > 0


def test_two_versions_run_in_turn_are_reported_as_a_ratio():
    found = known(None, measure("run.sh", 300.0), measure("run.sh at abc1234", 600.0)).values
    shares = ratio(found["measures"], "abc1234", "full")
    assert shares == {"seconds": 0.5, "processor_seconds": 1.0, "peak_gb": 1.0}
    assert ratio(found["measures"], None, "full") is None
    told = page.render(found | {"turns": {"commit": "abc1234"} | shares})
    assert "as a share of commit abc1234: time **0.50**" in told


def test_a_commit_that_git_does_not_know_is_reported(tmp_path: Path):
    with (
        pytest.raises(UserError, match="cannot check out 'no-such-commit'"),
        checked_out("no-such-commit", tmp_path),
    ):
        pass


def test_the_longest_stages_are_shown_beside_their_limit_and_the_rest_is_summed():
    stages = [
        {"command": "dbt", "scale": "full", "name": f"model_{number}", "seconds": 20.0 - number,
         "work": None, "limit": None}
        for number in range(14)
    ]  # fmt: skip
    stages[0] |= {"name": "stg_interactions", "work": 1000, "limit": "csv"}
    shown = page.render(dict(ABOUT) | {"stages": stages, "limits": {"csv": 200.0}})
    assert (
        "| stg_interactions | 20.0 | 11% | 50 of 200 MB/s (DuckDB's plain read_csv): 25% |" in shown
    )
    assert "| 2 others | 15.0 | 8% | – |" in shown


def test_growth_is_judged_against_the_cheapest_smaller_scale():
    steps = [("x0.25", 250_000, 5.0), ("full", 1_000_000, 10.0), ("x4", 4_000_000, 44.0),
             ("x8", 8_000_000, 96.0)]  # fmt: skip
    measures = [
        {"scale": scale, "rows": rows, "seconds": seconds, "peak_gb": rows / 1e6,
         "yardstick_seconds": 2.0}
        for scale, rows, seconds in steps
    ]  # fmt: skip
    found = growth.per_million(measures[:3])
    assert [round(row["seconds"], 6) for row in found] == [20, 10, 11]
    assert found[2]["time_growth"] == pytest.approx(0.1)
    assert ": met." in growth.verdict(found)
    assert [round(time, 6) for time, _ in growth.against(found)] == [2, 1, 1.1]
    # 12 s against 11 s would pass step by step; against 10 s it does not
    judged = growth.verdict(growth.per_million(measures))
    assert "not met" in judged
    assert "another pace" not in judged
    measures[0]["yardstick_seconds"] = 3.0
    judged = growth.verdict(growth.per_million(measures))
    assert judged.endswith("another pace meanwhile: 2.00 to 3.00 s for the yardstick.")


def test_the_page_says_when_its_figures_are_not_of_full_scale():
    small = known(None, measure("dbt run", 5.0, scale="tiny")).values | {"scale": "tiny"}
    assert "not comparable" in page.render(small)


def test_every_question_is_timed_after_the_real_job(job: Job):
    answers = asking.time_answers(job.database, 1)
    assert len(answers) == 9
    assert all(answer["cold_ms"] > answer["warm_ms"] >= 0 for answer in answers)


def test_help_and_odd_options_are_reported_in_words():
    script = ROOT / "scripts" / "benchmark.py"
    shown = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True)
    assert shown.returncode == 0
    assert "--against" in shown.stdout
    odd = subprocess.run(
        [sys.executable, script, "--parts", "run,nothing"], capture_output=True, text=True
    )
    assert odd.returncode == 2
    assert "no such part: nothing" in odd.stderr
