import shutil

import pytest
from reelrank.errors import UserError
from simulated_kuairec.calibration.check import check, measure, report
from simulated_kuairec.calibration.figures import FIGURES
from simulated_kuairec.scales import NAMED
from simulated_kuairec.source import source_label
from simulated_kuairec.writer import FILES


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


def test_the_report_has_a_line_per_figure_and_a_verdict_and_names_the_data(tiny_source):
    comparisons = check(tiny_source)
    said = report(comparisons, "simulated KuaiRec (tiny, seed 42)", is_simulated=True)
    lines = said.splitlines()
    assert len(lines) == len(FIGURES) + 3
    assert lines[0].startswith("simulated KuaiRec (tiny, seed 42)")
    assert lines[-1].endswith("simulated KuaiRec (tiny, seed 42)")
    assert "not kept at this scale" in said
    real = report(comparisons, source_label(None), is_simulated=False)
    assert "not simulated" in real.splitlines()[0]
    assert "   measured " in real.splitlines()[1]


def test_a_small_scale_keeps_fewer_figures_than_a_larger_one():
    kept = [sum(f.from_factor <= NAMED[s] for f in FIGURES) for s in ("tiny", "small", "full")]
    assert kept == sorted(set(kept))
    assert kept[-1] == len(FIGURES)


def test_a_figure_that_cannot_be_measured_is_outside(tiny_source, tmp_path):
    emptied = tmp_path / "emptied"
    shutil.copytree(tiny_source, emptied)
    header = (emptied / "small_matrix.csv").read_text().splitlines()[0]
    (emptied / "small_matrix.csv").write_text(header + "\n")
    found = {c.figure.name: c for c in check(emptied)}
    assert not found["dense watch_ratio median"].inside
    assert not found["dense rows"].inside


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(tiny_source, tmp_path, name):
    shutil.copytree(tiny_source, tmp_path / "less")
    (tmp_path / "less" / name).unlink()
    with pytest.raises(UserError, match=f"no {name} in this folder"):
        check(tmp_path / "less")


@pytest.mark.parametrize("facts", ["{", "[]", "{}", '{"counts": {"factor": "much"}}'])
def test_a_broken_statement_is_named(tiny_source, tmp_path, facts):
    shutil.copytree(tiny_source, tmp_path / "broken")
    (tmp_path / "broken" / "SIMULATED.json").write_text(facts)
    with pytest.raises(UserError, match=r"SIMULATED\.json: not what a simulation writes"):
        check(tmp_path / "broken")


def test_a_file_that_is_no_table_is_named(tiny_source, tmp_path):
    shutil.copytree(tiny_source, tmp_path / "broken")
    (tmp_path / "broken" / "big_matrix.csv").write_text("user_id,video_id\nx,y\n")
    with pytest.raises(UserError, match="cannot be read"):
        check(tmp_path / "broken")
