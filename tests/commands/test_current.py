"""What counts as current: a change makes the steps run again that it concerns, and no others."""

from pathlib import Path

import pytest
from reelrank.errors import UserError
from reelrank_cli.pipeline import job, options, state
from workbench import copy_project

STEPS = {"tables": state.TABLE_CODE, "models": state.MODEL_CODE, "report": state.REPORT_CODE}


@pytest.mark.parametrize(
    ("file", "concerned"),
    [
        ("models_py/reelrank/report/page.css", {"report"}),
        ("models_py/reelrank/candidates/als.py", {"models"}),
        ("models_py/reelrank/dbt_plugins/whole_files.py", {"tables"}),
        ("dbt_project/macros/history.sql", {"tables"}),
        ("models_py/reelrank_cli/train.py", {"models"}),
        ("README.md", set()),
    ],
)
def test_a_change_of_a_file_concerns(
    file: str, concerned: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    root = copy_project(tmp_path / "copy")
    monkeypatch.setattr(state, "ROOT", root)
    before = {step: state.fingerprint_of_code(code) for step, code in STEPS.items()}
    with (root / file).open("a") as changed:
        changed.write("\n")
    after = {step: state.fingerprint_of_code(code) for step, code in STEPS.items()}
    assert {step for step in STEPS if before[step] != after[step]} == concerned


def test_a_preset_of_ones_own_is_current_until_its_file_changes(tmp_path: Path):
    mine = tmp_path / "mine.toml"
    mine.write_text('base = "default"\n')
    given = options.read_options(["--db", str(tmp_path / "no.duckdb"), "--preset", str(mine)])
    before = job.training_fingerprint(given, str(mine))
    assert job.training_fingerprint(given, str(mine)) == before
    mine.write_text('base = "default"\ncandidates.count = 20\n')
    assert job.training_fingerprint(given, str(mine)) != before


def test_its_run_is_found_by_the_name_that_training_gives_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    mine = tmp_path / "mine.toml"
    mine.write_text('base = "default"\n')
    given = options.read_options(["--db", str(tmp_path / "no.duckdb"), "--preset", str(mine)])
    asked = []
    monkeypatch.setattr(job, "latest_run", lambda _, name: asked.append(name))
    job.run_is_current(given, str(mine), "anything")
    assert asked == ["mine"]


def test_a_preset_that_is_none_is_refused_before_anything_is_built(tmp_path: Path):
    given = options.read_options(["--db", str(tmp_path / "no.duckdb"), "--preset", "nosuch"])
    with pytest.raises(UserError, match="no preset 'nosuch'"):
        job.run(given)
