"""The benchmark's own promises: what it measures, keeps, compares and judges."""

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from benchmarking import comparing, growth, page, results, yardstick
from benchmarking.commands import Measure
from benchmarking.processes import cost_of
from reelrank.errors import UserError

ROOT = Path(__file__).resolve().parents[2]
EATS_100_MB = "import time; held = bytearray(b'1') * 100_000_000; time.sleep(2)"
ABOUT = {"machine": {"cores": 2}, "versions": {"duckdb": "1"}, "scale": "full", "seed": 42}


def measure(
    name: str, seconds: float, *, scale: str = "full", yardstick_seconds: float = 2.0
) -> Measure:
    values = {"seconds": seconds, "peak_gb": 2.0, "processor_seconds": 1.0, "spilled_gb": 0.0}
    values |= {"yardstick_seconds": yardstick_seconds}
    return Measure(name=name, scale=scale, rows=1_000_000, **values, runs=[values])


def known(folder: Path | None, *measures: Measure) -> results.Results:
    found = results.Results(dict(ABOUT), folder)
    found.add_measures(list(measures))
    return found


def test_a_step_is_measured_inside_its_command_and_the_command_holds_it(tmp_path: Path):
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {EATS_100_MB!r}])"
    cost = cost_of([sys.executable, "-c", outer + " # outer"], tmp_path, {},
                   steps={"eater": "-c import time; held"})  # fmt: skip
    assert list(cost.steps) == ["eater"]
    assert 100e6 < cost.steps["eater"].peak_bytes <= cost.peak_bytes < 2e9
    assert 1 < cost.steps["eater"].seconds < cost.seconds
    assert cost.processor_seconds > 0


def test_what_duckdb_spills_is_seen(tmp_path: Path):
    writes = "import time, pathlib as p; f = p.Path('spill/train-1'); f.mkdir(parents=True); "
    writes += "(f / 'block').write_bytes(bytes(5_000_000)); time.sleep(1)"
    cost = cost_of([sys.executable, "-c", writes], tmp_path, {}, spill=tmp_path / "spill")
    assert cost.peak_spilled_bytes > 5_000_000


def test_a_command_that_fails_is_no_measurement(tmp_path: Path):
    with pytest.raises(UserError, match="ended with code 3"):
        cost_of([sys.executable, "-c", "raise SystemExit(3)"], tmp_path, {})


def test_parts_measured_one_by_one_end_in_the_same_results(tmp_path: Path):
    known(tmp_path, measure("dbt run", 80.0), measure("run.sh", 700.0))
    (tmp_path / "benchmarks.md").write_text(
        (tmp_path / "benchmarks.md").read_text().replace("## What was tried", "## By hand")
    )
    later = results.Results(json.loads((tmp_path / "benchmarks.json").read_text()), tmp_path)
    later.add_measures([measure("dbt run", 90.0)])
    kept = json.loads((tmp_path / "benchmarks.json").read_text())["measures"]
    assert [(m["name"], m["seconds"]) for m in kept] == [("dbt run", 90.0), ("run.sh", 700.0)]
    text = (tmp_path / "benchmarks.md").read_text()
    assert "## By hand" in text
    assert "| data preparation | 1:40 | 9.9 GB | `dbt run` | 1:30 | 2.00 GB |" in text


def test_runs_of_other_hours_are_added_if_wanted():
    stamp = {"commit": "abc1234", "measured_on": "2026-01-01"}
    old = {
        "name": "dbt run",
        "scale": "full",
        "seconds": 80.0,
        "runs": [{"seconds": 80.0}],
        **stamp,
    }
    new = {"name": "dbt run", "scale": "full", "seconds": 100.0, "commit": "def5678",
           "measured_on": "2026-01-01",
           "runs": [{"seconds": 90.0, "yardstick_seconds": 2.0}, {"seconds": 110.0}]}  # fmt: skip
    found = results.pooled([old], new)
    assert found["seconds"] == 90.0
    assert found["yardstick_seconds"] == 2.0
    assert [run["seconds"] for run in found["runs"]] == [80.0, 90.0, 110.0]
    assert (found["commit"], found["measured_on"]) == ("abc1234, def5678", "2026-01-01")
    assert results.pooled([], new) == new


def test_results_of_another_scale_are_not_overwritten(tmp_path: Path):
    known(tmp_path, measure("dbt run", 80.0))
    with pytest.raises(UserError, match="scale full"):
        results.open_results(tmp_path, "tiny", 42)


def test_more_than_20_percent_worse_is_a_regression_in_words(capsys: pytest.CaptureFixture):
    del capsys  # output is no terminal, so no colour
    last = known(None, measure("dbt run", 100.0), measure("run.sh", 100.0)).values
    lines, is_worse = comparing.compare(
        known(None, measure("dbt run", 119.0), measure("run.sh", 121.0)), last
    )
    assert is_worse
    assert lines[-1].startswith("Regression: 1 figure more than 20 % worse than committed: run.sh")
    assert "(+21%)" in lines[-1]
    assert not any("\x1b" in line for line in lines)


def test_a_slower_machine_is_told_beside_a_slower_command():
    last = known(None, measure("dbt run", 100.0), measure("run.sh", 100.0)).values
    lines, is_worse = comparing.compare(
        known(None, measure("dbt run", 150.0, yardstick_seconds=3.0), measure("run.sh", 150.0)),
        last,
    )
    assert is_worse  # told, not excused
    told = [
        line for line in lines if line.endswith("(the machine itself took +50% for the yardstick)")
    ]
    assert len(told) == 1
    assert told[0].startswith("dbt run, full")


def test_the_yardstick_is_the_same_work_each_time():
    with duckdb.connect() as con:
        answers = {con.execute(yardstick.WORK.read_text()).fetchone() for _ in range(2)}
    assert len(answers) == 1
    assert yardstick.yardstick_seconds() > 0


def test_a_regression_is_red_on_a_terminal_unless_no_color(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert comparing.red("worse") == "\x1b[31mworse\x1b[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert comparing.red("worse") == "worse"


def test_another_machine_is_named_and_fails_nothing():
    last = known(None, measure("dbt run", 10.0)).values | {"machine": {"cores": 64}}
    lines, is_worse = comparing.compare(known(None, measure("dbt run", 100.0)), last)
    assert not is_worse
    assert any("another machine: cores 64" in line for line in lines)
    assert "Regression" in lines[-1]


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
    assert "holds." in growth.verdict(found)
    assert [round(time, 6) for time, _ in growth.against(found)] == [2, 1, 1.1]
    # 12 s against 11 s would pass step by step; against 10 s it does not
    judged = growth.verdict(growth.per_million(measures))
    assert "does not hold" in judged
    assert "another pace" not in judged
    measures[0]["yardstick_seconds"] = 3.0
    judged = growth.verdict(growth.per_million(measures))
    assert judged.endswith("another pace meanwhile: 2.00 to 3.00 s for the yardstick.")


def test_the_page_says_when_its_figures_are_not_of_full_scale():
    small = known(None, measure("dbt run", 5.0, scale="tiny")).values | {"scale": "tiny"}
    assert "not comparable" in page.render(small)


def test_help_and_odd_options_are_told_in_words():
    script = ROOT / "scripts" / "benchmark.py"
    shown = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True)
    assert shown.returncode == 0
    assert "--growth-repeats" in shown.stdout
    odd = subprocess.run(
        [sys.executable, script, "--parts", "dbt,nothing"], capture_output=True, text=True
    )
    assert odd.returncode == 2
    assert "no such part: nothing" in odd.stderr
