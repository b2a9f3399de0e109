"""One progress line: redrawn in place on a terminal, every few seconds into a log otherwise."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

LOG_SECONDS = 5.0
REDRAW_SECONDS = 0.2


def megabytes(count: float) -> str:
    """Say bytes as people do: `431.9 MB`, `1.65 GB`."""
    if count >= 1e9:
        return f"{count / 1e9:.2f} GB"
    return f"{count / 1e6:.1f} MB"


def duration(seconds: float) -> str:
    """Say seconds as people do: `8 s`, `2 min 5 s`, `1 h 3 min`."""
    whole = int(seconds + 0.5)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


@dataclass
class Meter:
    """Says how far a step has come and how long it will still take.

    Parameters
    ----------
    label : str
        What is going on: `downloading`.
    start : int
        Bytes that were there before the step began; they do not count for the speed.
    log_seconds : float
        Time between two lines where there is no terminal.
    """

    label: str
    start: int = 0
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    quiet: bool = False
    log_seconds: float = LOG_SECONDS
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._began = self._shown = self.clock()
        self._terminal = self.stream.isatty()
        self._line_open = False

    def update(self, done: int, total: int | None) -> None:
        """Show `done` of `total` bytes, unless something was shown a moment ago."""
        now = self.clock()
        every = REDRAW_SECONDS if self._terminal else self.log_seconds
        if self.quiet or now - self._shown < every:
            return
        self._shown = now
        self._write(self._line(done, total, now - self._began))

    def close(self) -> None:
        """End the redrawn line, so that what follows starts on its own."""
        if self._line_open:
            self.stream.write("\n")
            self.stream.flush()
            self._line_open = False

    def _line(self, done: int, total: int | None, seconds: float) -> str:
        speed = (done - self.start) / seconds if seconds > 0 else 0.0
        pace = f"{megabytes(speed)}/s"
        if not total:
            return f"{self.label}: {megabytes(done)}, {pace}"
        left = duration((total - done) / speed) if speed > 0 else "unknown time"
        share = f"{100 * done // total} %"
        so_far = f"{megabytes(done)} of {megabytes(total)} ({share})"
        return f"{self.label}: {so_far}, {pace}, {left} left"

    def _write(self, line: str) -> None:
        if self._terminal:
            self.stream.write(f"\r{line:<78}")
            self._line_open = True
        else:
            self.stream.write(line + "\n")
        self.stream.flush()
