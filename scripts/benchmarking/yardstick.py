"""How fast the machine is just now: a shared one may be twice as slow an hour later."""

from __future__ import annotations

import os
import time
from pathlib import Path

import duckdb

WORK = Path(__file__).with_name("yardstick.sql")
OTHER_PACE = 1.15


def yardstick_seconds() -> float:
    """Seconds of the same small piece of work on all cores, now.

    Beside the time of a command it tells a change of the machine's pace from one of ours. It is
    no correction: another kind of work may slow down more, or less.
    """
    with duckdb.connect(config={"threads": os.cpu_count() or 1}) as con:
        con.execute("set enable_progress_bar = false")
        began = time.perf_counter()
        con.execute(WORK.read_text()).fetchone()
        return time.perf_counter() - began
