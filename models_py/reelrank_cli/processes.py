"""Wall time and peak memory of a command and of the steps it runs, from Linux's /proc."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reelrank.errors import UserError

SAMPLE_EVERY_SECONDS = 0.25  # at 0.1 the meter itself took 8 % of a core
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Cost:
    """What a command, or a step of it, took.

    Attributes
    ----------
    seconds : float
        From start to end, by the clock on the wall.
    peak_bytes : int
        Largest sum of resident memory over the command and its children.
    processor_seconds : float
        Of all threads; far below wall x cores when something else held the machine or it waited.
        Steps have none.
    yardstick_seconds : float
        What the machine took for the same small work right before and after: the mean.
    steps : dict of str to Cost
        Parts of the command that are processes of their own.
    """

    seconds: float = 0.0
    peak_bytes: int = 0
    processor_seconds: float = 0.0
    yardstick_seconds: float = 0.0
    steps: dict[str, Cost] = field(default_factory=dict)


def cost_of(
    command: Sequence[str | Path],
    folder: Path,
    environment: dict[str, str],
    *,
    steps: Mapping[str, str] | None = None,
) -> Cost:
    """Run a command to its end and measure it.

    Parameters
    ----------
    steps : mapping of str to str, optional
        Name of a step, and what the command line of its process contains.

    Raises
    ------
    UserError
        If the command fails: a failure is not a measurement.
    """
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=os.environ | environment,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        cost = _follow(process, _Meter(process.pid, steps or {}))
        if process.returncode != 0:
            said.seek(0)
            words = said.read().decode("utf-8", "replace")[-2000:]
            shown = " ".join(str(part) for part in command)
            raise UserError(f"{shown} ended with code {process.returncode}.", words)
    return cost


def _follow(process: subprocess.Popen, meter: _Meter) -> Cost:
    """Wait for the end of a process; one that we may not wait for any more is ended."""
    try:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        waited_for = usage.ru_utime + usage.ru_stime
    finally:
        if process.returncode is None:  # interrupted: nothing may go on unseen
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()
        meter.stop()
    meter.cost.processor_seconds = max(waited_for, meter.seen_seconds())
    return meter.cost


class _Meter(threading.Thread):
    """Samples a process tree until stopped; `cost` grows meanwhile."""

    def __init__(self, root: int, steps: Mapping[str, str]) -> None:
        super().__init__(daemon=True)
        self.cost = Cost()
        self._root, self._steps = root, steps
        self._step_of: dict[int, str | None] = {}
        self._began: dict[str, float] = {}
        self._seconds_of: dict[int, float] = {}
        self._ended = threading.Event()
        self._started_at = time.perf_counter()
        self.start()

    def run(self) -> None:
        while not self._ended.wait(SAMPLE_EVERY_SECONDS):
            self._sample(time.perf_counter())

    def stop(self) -> None:
        self.cost.seconds = time.perf_counter() - self._started_at
        self._ended.set()
        self.join()

    def seen_seconds(self) -> float:
        """Processor seconds of all processes, also of those nobody waited for, as Spark's Java."""
        return sum(self._seconds_of.values())

    def _sample(self, now: float) -> None:
        parents, resident, seconds = _processes()
        family = _descendants(self._root, parents)
        self._seconds_of |= {member: seconds[member] for member in family if member in seconds}
        self.cost.peak_bytes = max(self.cost.peak_bytes, _sum(family, resident))
        for member in family if self._steps else ():
            name = self._step(member)
            if name and self._step_of.get(parents.get(member, 0)) != name:
                self._grow(name, now, _sum(_descendants(member, parents), resident))

    def _grow(self, name: str, now: float, resident: int) -> None:
        step = self.cost.steps.setdefault(name, Cost())
        step.seconds = now - self._began.setdefault(name, now - SAMPLE_EVERY_SECONDS / 2)
        step.peak_bytes = max(step.peak_bytes, resident)

    def _step(self, member: int) -> str | None:
        """Name the step a process is; a command line that is nothing yet is read again."""
        if self._step_of.get(member) is None:
            try:
                line = Path(f"/proc/{member}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            except (OSError, UnicodeDecodeError):
                return None
            found = [name for name, part in self._steps.items() if part in line]
            self._step_of[member] = found[0] if found else None
        return self._step_of[member]


def _processes() -> tuple[dict[int, int], dict[int, int], dict[int, float]]:
    """Parent, resident bytes and processor seconds of every process."""
    parents, resident, seconds = {}, {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # it has ended meanwhile
        parents[int(folder.name)] = int(fields[1])
        resident[int(folder.name)] = int(fields[21]) * PAGE_BYTES
        seconds[int(folder.name)] = (int(fields[11]) + int(fields[12])) / TICKS
    return parents, resident, seconds


def _descendants(root: int, parents: dict[int, int]) -> set[int]:
    """Find a process and all below it."""
    family, grown = set(), {root}
    while grown != family:
        family = grown
        grown = family | {child for child, parent in parents.items() if parent in family}
    return family


def _sum(members: set[int], resident: dict[int, int]) -> int:
    return sum(resident.get(member, 0) for member in members)
