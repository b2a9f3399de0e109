import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from workbench import python

SCRIPTS = Path(__file__).parents[2] / "scripts"


def run(*arguments: str | Path, script: str = "simulate_kuairec.py") -> subprocess.CompletedProcess:
    return python(SCRIPTS / script, *arguments)


def test_the_command_writes_a_source_and_says_that_it_is_simulated(tmp_path):
    done = run("--out", tmp_path / "data", "--scale", "tiny", "--seed", "3")
    assert done.returncode == 0, done.stderr
    assert "simulated KuaiRec (scale tiny, seed 3)" in done.stdout
    assert (tmp_path / "data" / "big_matrix.csv").is_file()


def test_json_is_all_of_the_answer(tmp_path):
    done = run("--out", tmp_path / "data", "--scale", "0.001", "--json")
    assert json.loads(done.stdout)["counts"]["factor"] == 0.001


def test_a_dry_run_writes_nothing(tmp_path):
    done = run("--out", tmp_path / "data", "--scale", "x4", "--dry-run")
    assert "50,123,224 log rows" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_errors_of_the_user_are_two_lines_and_exit_1(tmp_path):
    (tmp_path / "file").write_text("no folder")
    for arguments in (
        ("--scale", "huge"),
        ("--seed", "-1"),
        ("--seed", str(2**63)),
        ("--check", tmp_path / "nowhere"),
        ("--scale", "tiny", "--out", tmp_path / "file"),
        ("--scale", "tiny", "--out", tmp_path / "file" / "below"),
        ("--scale", "tiny", "--out", "/proc/nowhere"),
    ):
        done = run(*arguments)
        assert done.returncode == 1
        said = [line for line in done.stderr.splitlines() if not line.startswith("Simulating ")]
        assert len(said) == 2
        assert "Traceback" not in done.stderr


def test_check_prints_the_table_and_exits_1_when_a_figure_is_outside(tiny_source, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(tiny_source, broken)
    with (broken / "big_matrix.csv").open("a") as log:
        log.write("0,0,1,1,2020-07-05 00:00:00.1,20200705,1593878400.1,1.0\n")
    assert run("--check", broken).returncode == 1
    fine = run("--check", tiny_source)
    assert fine.returncode == 0, fine.stdout
    assert "figures inside" in fine.stdout
    as_json = json.loads(run("--check", tiny_source, "--json").stdout)
    assert len(as_json["figures"]) >= 30
    assert as_json["is_simulated"] is True
    assert as_json["data_source"] == "simulated KuaiRec (tiny, seed 42)"


def test_help_groups_options_and_shows_defaults_and_examples():
    text = " ".join(run("--help").stdout.split())  # wherever lines break
    for words in ("what to do", "how to answer", "(default: 42)", "examples:", "--check DIR"):
        assert words in text


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_simulation_leaves_no_half_made_folder_and_no_process(tmp_path, how):
    target = tmp_path / "data"
    command = [sys.executable, SCRIPTS / "simulate_kuairec.py", "--out", target, "--scale", "0.2"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as running:
        until = time.monotonic() + 60
        while not list(tmp_path.glob(".data.*.partial/big_matrix.csv.*")):
            assert time.monotonic() < until, "no chunk was written"
            time.sleep(0.05)
        workers = children_of(running.pid)
        assert workers
        running.send_signal(how)
    assert not target.exists()
    until = time.monotonic() + 30
    while any(is_alive(worker) for worker in workers):
        assert time.monotonic() < until, "a worker outlives the simulation"
        time.sleep(0.2)
    assert (list(tmp_path.iterdir()) == []) == (how == signal.SIGTERM)


def children_of(pid: int) -> list[int]:
    """Processes that were started by this one."""
    said = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)
    pairs = (line.split() for line in said.stdout.splitlines())
    return [int(child) for child, parent in pairs if int(parent) == pid]


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that nobody has buried yet does not count."""
    said = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return bool(said.stdout.strip()) and not said.stdout.strip().startswith("Z")
