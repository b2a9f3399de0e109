"""Progress of long work: a bar with time left on a terminal, a line every few seconds elsewhere."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tqdm import tqdm

LINE_EVERY_SECONDS = 5.0
REDRAW_EVERY_SECONDS = 1.0


def on_terminal() -> bool:
    """Whether progress may draw: standard error is a terminal and not a dumb one."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def colours_allowed() -> bool:
    """Whether to colour: on a terminal, and `NO_COLOR` unset (https://no-color.org)."""
    return on_terminal() and not os.environ.get("NO_COLOR")


def say(text: str) -> None:
    """Write one line of progress to standard error, above any bar."""
    tqdm.write(text, file=sys.stderr)
    sys.stderr.flush()


@dataclass
class LineMeter:
    """Says `label: done/total unit, time left`, whether or not anything was done meanwhile."""

    label: str
    total: float
    unit: str
    may_stop: bool = False
    started_at: float = field(default_factory=time.monotonic)
    done: float = 0

    def update(self, amount: float = 1) -> None:
        """Count what was done."""
        self.done += amount

    def tell(self) -> None:
        """Write the line."""
        spent = time.monotonic() - self.started_at
        remaining = max(self.total - self.done, 0)
        left = f"{spent * remaining / self.done:.0f} s left" if self.done else "time left unknown"
        left = f"at most {left}" if self.may_stop and self.done else left
        say(
            f"  {self.label}: {self.done:,.0f}/{self.total:,.0f} {self.unit}, "
            f"{spent:.0f} s so far, {left}"
        )


@contextmanager
def _every(seconds: float, tell: Callable[[], object]) -> Iterator[None]:
    """Call `tell` every few seconds, from a thread: one round or query may last minutes."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(seconds):
            tell()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


@contextmanager
def progress(
    label: str, total: float, unit: str = "rows", *, may_stop: bool = False
) -> Iterator[Callable[[float], None]]:
    """Show how far a long step is; yields `update(amount)`.

    Parameters
    ----------
    label : str
        The step, as a user would call it.
    total : float
        How much there is to do, in `unit`.
    unit : str
        What is counted: rows, rounds, users ...
    may_stop : bool
        Whether less may turn out to be enough: then the time left is said to be the most.
    """
    if on_terminal():
        colour = "green" if colours_allowed() else None
        with (
            tqdm(
                total=total,
                desc=f"  {label}, at most" if may_stop else f"  {label}",
                unit=f" {unit}",
                unit_scale=total > 10_000,
                colour=colour,
                leave=False,
                file=sys.stderr,
            ) as bar,
            _every(REDRAW_EVERY_SECONDS, bar.refresh),
        ):
            yield bar.update
    else:
        meter = LineMeter(label, total, unit, may_stop)
        with _every(LINE_EVERY_SECONDS, meter.tell):
            yield meter.update


def ignore(_amount: float = 1) -> None:
    """Do nothing: the `update` of a job whose progress is not shown."""
