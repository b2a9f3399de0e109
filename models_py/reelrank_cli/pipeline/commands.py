"""Running the commands that users know, as they would."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from reelrank.errors import AlreadySaidError, UserError


def run_visibly(command: Sequence[str | Path], name: str, remedy: str) -> None:
    """Run a command whose progress and errors go to the user, whose results are left out.

    Raises
    ------
    UserError
        If it fails; our own commands end with 1 after two lines of their own, which is enough.
    """
    ended = subprocess.run([str(part) for part in command], stdout=subprocess.DEVNULL)
    if ended.returncode == 0:
        return
    if ended.returncode in (1, 2):
        raise AlreadySaidError
    raise UserError(f"{name} {how_it_ended(ended.returncode)}.", remedy)


def how_it_ended(code: int) -> str:
    """Words for an exit code.

    Examples
    --------
    >>> how_it_ended(-9)
    'was killed by signal 9 (memory ran out, or somebody ended it)'
    >>> how_it_ended(3)
    'ended with code 3'
    """
    if code == -9:
        return "was killed by signal 9 (memory ran out, or somebody ended it)"
    if code < 0:
        return f"was ended by signal {-code}"
    return f"ended with code {code}"
