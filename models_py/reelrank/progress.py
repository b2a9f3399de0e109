"""Progress of long work: a bar with time left on a terminal, a line every few seconds elsewhere."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tqdm import tqdm

LINE_EVERY_SECONDS = 5.0


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
class _LineMeter:
    """Prints `label: done/total unit, time left` at most every few seconds."""

    label: str
    total: float
    unit: str
    started_at: float = field(default_factory=time.monotonic)
    printed_at: float = field(default_factory=time.monotonic)
    done: float = 0

    def update(self, amount: float = 1) -> None:
        self.done += amount
        now = time.monotonic()
        if now - self.printed_at < LINE_EVERY_SECONDS:
            return
        self.printed_at = now
        spent = now - self.started_at
        left = spent * max(self.total - self.done, 0) / self.done if self.done else 0
        say(
            f"  {self.label}: {self.done:,.0f}/{self.total:,.0f} {self.unit}, "
            f"{spent:.0f} s so far, {left:.0f} s left"
        )


@contextmanager
def progress(label: str, total: float, unit: str = "rows") -> Iterator[Callable[[float], None]]:
    """Show how far a long step is; yields `update(amount)`.

    Parameters
    ----------
    label : str
        The step, as a user would call it.
    total : float
        How much there is to do, in `unit`.
    unit : str
        What is counted: rows, rounds, users ...
    """
    if on_terminal():
        colour = "green" if colours_allowed() else None
        with tqdm(
            total=total,
            desc=f"  {label}",
            unit=f" {unit}",
            unit_scale=total > 10_000,
            colour=colour,
            leave=False,
            file=sys.stderr,
        ) as bar:
            yield bar.update
    else:
        yield _LineMeter(label, total, unit).update


def ignore(_amount: float = 1) -> None:
    """Take the place of `update` where nobody watches."""
