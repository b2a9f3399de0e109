import shutil

import pytest
from reelrank.errors import UserError
from simulation.calibration.check import check, measure, report
from simulation.calibration.figures import FIGURES


def test_every_figure_is_measured_and_named_once(tiny_source):
    names = [figure.name for figure in FIGURES]
    assert len(names) == len(set(names)) >= 30
    assert set(names) <= measure(tiny_source).keys()


def test_a_tiny_source_keeps_the_figures_it_states(tiny_source):
    comparisons = check(tiny_source)
    judged = [c for c in comparisons if c.judged]
    assert len(judged) >= 12
    assert [c.figure.name for c in judged if not c.inside] == []


def test_a_source_with_lost_rows_is_outside(tiny_source, tmp_path):
    broken = tmp_path / "broken"
    shutil.copytree(tiny_source, broken)
    lines = (broken / "big_matrix.csv").read_bytes().splitlines(keepends=True)
    (broken / "big_matrix.csv").write_bytes(b"".join(lines[:-50]))
    outside = {c.figure.name for c in check(broken) if c.judged and not c.inside}
    assert "log rows" in outside


def test_the_report_has_a_line_per_figure_and_a_verdict(tiny_source):
    lines = report(check(tiny_source)).splitlines()
    assert len(lines) == len(FIGURES) + 2
    assert "not kept at this scale" in report(check(tiny_source))


def test_a_folder_without_a_log_is_named(tmp_path):
    with pytest.raises(UserError, match="no big_matrix.csv"):
        check(tmp_path)
