import hashlib
from pathlib import Path

import pytest
from reelrank.errors import UserError
from simulated_kuairec import writer
from simulated_kuairec.scales import NAMED
from simulated_kuairec.writer import write_source

TINY = NAMED["tiny"]


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_scale_and_seed_give_the_same_bytes(tiny_source, tmp_path):
    write_source(TINY, "tiny", 42, tmp_path / "again")
    assert hashes(tmp_path / "again") == hashes(tiny_source)
    assert len(hashes(tiny_source)) == 10


def test_two_processes_write_the_same_bytes_as_one(tiny_source, tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "ROWS_WORTH_PROCESSES", 0)
    write_source(TINY, "tiny", 42, tmp_path / "parallel")
    assert hashes(tmp_path / "parallel") == hashes(tiny_source)


def test_another_seed_gives_other_data_of_the_same_size(tiny_source, tmp_path):
    write_source(TINY, "tiny", 7, tmp_path / "other")
    mine, theirs = hashes(tiny_source), hashes(tmp_path / "other")
    assert mine.keys() == theirs.keys()
    assert not any(mine[name] == theirs[name] for name in mine)
    lines = {
        (folder / "big_matrix.csv").read_bytes().count(b"\n")
        for folder in (tiny_source, tmp_path / "other")
    }
    assert len(lines) == 1


def test_a_failure_halfway_leaves_the_earlier_source_and_nothing_else(tmp_path, monkeypatch):
    target = tmp_path / "data"
    write_source(TINY, "tiny", 7, target)
    before = hashes(target)

    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(writer, "write_daily_counters", fail)
    with pytest.raises(KeyboardInterrupt):
        write_source(TINY, "tiny", 42, target)
    assert hashes(target) == before
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_what_a_killed_simulation_left_is_removed_by_the_next_one(tmp_path):
    abandoned = tmp_path / ".data.999999999.partial"
    abandoned.mkdir()
    write_source(TINY, "tiny", 7, tmp_path / "data")
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_folder_of_something_else_is_not_replaced(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(UserError, match="not a simulated source"):
        write_source(TINY, "tiny", 42, tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_a_link_to_another_disk_stays_a_link(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "data").symlink_to(tmp_path / "disk")
    write_source(TINY, "tiny", 42, tmp_path / "data")
    assert (tmp_path / "data").is_symlink()
    assert (tmp_path / "disk" / "SIMULATED.json").is_file()
