"""Wall time and peak memory of a command with all its children, from Linux's /proc."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reelrank.errors import UserError

SAMPLE_EVERY_SECONDS = 0.1
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Cost:
    """What a command took.

    Attributes
    ----------
    seconds : float
        From start to end, by the clock on the wall.
    peak_bytes : int
        Largest sum of resident memory over the command and its children.
    """

    seconds: float
    peak_bytes: int


def cost_of(command: Sequence[str | Path], folder: Path, environment: dict[str, str]) -> Cost:
    """Run a command to its end and measure it.

    Raises
    ------
    UserError
        If the command fails: a failure is not a measurement.
    """
    began = time.perf_counter()
    with subprocess.Popen(
        [str(part) for part in command],
        cwd=folder,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        meter = _MemoryMeter(process.pid)
        meter.start()
        said = process.stdout.read()
        process.wait()
        seconds = time.perf_counter() - began
        meter.stop()
    if process.returncode != 0:
        shown = " ".join(str(part) for part in command)
        raise UserError(f"{shown} ended with code {process.returncode}.", said[-2000:])
    return Cost(seconds, meter.peak_bytes)


class _MemoryMeter(threading.Thread):
    """Samples the resident memory of a process tree until stopped."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.peak_bytes = 0
        self._root = root
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(SAMPLE_EVERY_SECONDS):
            self.peak_bytes = max(self.peak_bytes, _resident_bytes(self._root))

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _resident_bytes(root: int) -> int:
    """Sum of resident memory of a process and its descendants."""
    parents, pages = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # it has ended meanwhile
        parents[int(folder.name)] = int(fields[1])
        pages[int(folder.name)] = int(fields[21])
    family = {root}
    for _ in range(len(parents)):
        grown = family | {child for child, parent in parents.items() if parent in family}
        if grown == family:
            break
        family = grown
    return sum(pages.get(member, 0) for member in family) * PAGE_BYTES
