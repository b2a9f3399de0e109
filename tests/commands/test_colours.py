"""Progress draws and colours on a terminal alone, and `NO_COLOR` is respected."""

import os
import pty
import subprocess
import sys
import termios

import pytest
from workbench import clean_environment

STEP = """
from reelrank.progress import progress
with progress("a long step", 3) as update:
    for _ in range(3):
        update(1)
"""


def on_a_terminal(**environment: str) -> str:
    """What a step writes when its standard error is a terminal."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    kept = {k: v for k, v in clean_environment().items() if k not in ("NO_COLOR", "TERM")}
    with subprocess.Popen(
        [sys.executable, "-c", STEP],
        stderr=theirs,
        env=kept | environment,
    ) as step:
        os.close(theirs)
        said = b""
        while part := _read(ours):
            said += part
    os.close(ours)
    assert step.returncode == 0
    return said.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # the other end is closed
        return b""


@pytest.mark.parametrize(
    ("environment", "draws", "colours"),
    [
        ({"TERM": "xterm"}, True, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, True, False),
        ({"TERM": "dumb"}, False, False),
    ],
    ids=["a terminal", "NO_COLOR", "a dumb terminal"],
)
def test_a_step_draws_and_colours_only_where_it_may(environment, draws, colours):
    said = on_a_terminal(**environment)
    assert ("a long step" in said) == draws
    assert ("\x1b[32m" in said) == colours
