"""Another version of the code beside the one at hand, run in turn: the ratio of their times."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reelrank.errors import UserError
from reelrank.progress import say

from benchmarking.commands import ROOT, Checkout


@contextmanager
def checked_out(commit: str, home: Path) -> Iterator[Checkout]:
    """Check a commit out into a temporary worktree with an environment of its own.

    Raises
    ------
    UserError
        If git does not know the commit.
    """
    root, venv = home / f"code-{commit}", home / f"venv-{commit}"
    added = subprocess.run(
        ["git", "-C", ROOT, "worktree", "add", "--detach", "--force", root, commit],
        capture_output=True, text=True,
    )  # fmt: skip
    if added.returncode != 0:
        raise UserError(f"git cannot check out {commit!r}.", added.stderr.strip())
    try:
        say(f"environment of {commit}")
        subprocess.run(
            ["bash", root / "scripts" / "setup.sh"], check=True, stdout=subprocess.DEVNULL,
            env=os.environ | {"REELRANK_VENV": str(venv)},
        )  # fmt: skip
        yield Checkout(root, venv, f" at {commit}")
    finally:
        subprocess.run(["git", "-C", ROOT, "worktree", "remove", "--force", root], check=False)


def ratio(measures: list[dict], commit: str, scale: str) -> dict[str, float] | None:
    """Time, processor time and memory of run.sh as shares of those at the commit.

    Returns
    -------
    dict or None
        seconds, processor_seconds, peak_gb; None where one of the two was not measured.
    """
    known = {m["name"]: m for m in measures if m["scale"] == scale}
    ours, theirs = known.get("run.sh"), known.get(f"run.sh at {commit}")
    if not ours or not theirs:
        return None
    return {
        key: round(ours[key] / theirs[key], 3)
        for key in ("seconds", "processor_seconds", "peak_gb")
    }
