"""What counts as current: a change makes the steps run again that it concerns, and no others."""

from pathlib import Path

import pytest
from reelrank_cli.pipeline import state
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
