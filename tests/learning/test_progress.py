"""What is seen of long work: lines for a log, a bar on a terminal."""

import re
import time

import pytest
from reelrank import progress as module
from reelrank.progress import LineMeter, progress

LINE = r"  LightGBM: \d+/10 rounds, \d+ s so far, (\d+ s left|time left unknown)"


@pytest.fixture(autouse=True)
def hasty(monkeypatch):
    monkeypatch.setattr(module, "LINE_EVERY_SECONDS", 0.02)
    monkeypatch.setattr(module, "REDRAW_EVERY_SECONDS", 0.02)


def lines_of(capsys):
    return capsys.readouterr().err.splitlines()


def test_a_log_gets_lines_with_what_is_done_and_the_time_left(capsys):
    meter = LineMeter("LightGBM", 10, "rounds", started_at=time.monotonic() - 6)
    meter.update(4)
    meter.tell()
    assert lines_of(capsys) == ["  LightGBM: 4/10 rounds, 6 s so far, 9 s left"]


def test_of_a_step_that_may_stop_early_the_time_left_is_the_most(capsys):
    meter = LineMeter("ranker", 10, "rounds", may_stop=True, started_at=time.monotonic() - 6)
    meter.tell()
    meter.update(4)
    meter.tell()
    assert lines_of(capsys) == [
        "  ranker: 0/10 rounds, 6 s so far, time left unknown",
        "  ranker: 4/10 rounds, 6 s so far, at most 9 s left",
    ]


def test_a_step_that_is_stuck_in_one_round_is_still_heard_of(capsys):
    with progress("LightGBM", 10, "rounds"):
        time.sleep(0.2)
    said = lines_of(capsys)
    assert len(said) > 2
    assert all(re.fullmatch(LINE, line) for line in said)
    time.sleep(0.06)
    assert lines_of(capsys) == []


def test_quick_steps_say_nothing(capsys, monkeypatch):
    monkeypatch.setattr(module, "LINE_EVERY_SECONDS", 5.0)
    with progress("LightGBM", 10, "rounds") as update:
        update(10)
    assert lines_of(capsys) == []


def test_a_terminal_gets_a_bar_with_the_time_left(capsys, monkeypatch):
    monkeypatch.setattr(module, "on_terminal", lambda: True)
    with progress("LightGBM", 10, "rounds") as update:
        update(5)
        time.sleep(0.2)
    said = capsys.readouterr().err
    assert re.search(r"LightGBM: +50%.* 5/10 \[00:00<00:00, .+ rounds/s", said)


def test_an_error_inside_ends_the_lines(capsys):
    with pytest.raises(ValueError, match="odd"), progress("LightGBM", 10, "rounds"):
        raise ValueError("odd")
    time.sleep(0.06)
    assert lines_of(capsys) == []
