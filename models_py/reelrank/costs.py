"""What it costs to fit a model: time, and the most memory of the process meanwhile."""

import resource
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

STATM = Path("/proc/self/statm")  # Linux: pages of the process, resident ones second
EVERY_SECONDS = 0.1


@dataclass
class Cost:
    """Wall and processor seconds, and the peak in MB; 0 until the work is done."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0


@contextmanager
def measured() -> Iterator[Cost]:
    """Measure what happens inside; the peak is that of the whole process, data included."""
    cost, ended = Cost(), threading.Event()

    def watch() -> None:
        while True:
            cost.peak_mb = max(cost.peak_mb, _resident_mb())
            if ended.wait(EVERY_SECONDS):
                return

    watcher = threading.Thread(target=watch, daemon=True)
    started, used = time.perf_counter(), _cpu_seconds()
    watcher.start()
    try:
        yield cost
    finally:
        ended.set()
        watcher.join()
        cost.seconds = time.perf_counter() - started
        cost.cpu_seconds = _cpu_seconds() - used


def make_costs(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty temp table run_costs, with the columns of ml.costs."""
    con.execute(
        "create or replace temp table run_costs (model varchar, fit_minutes double,"
        " cpu_minutes double, peak_mb double, size_mb double)"
    )


def keep_cost(con: duckdb.DuckDBPyConnection, model: str, cost: Cost, size: int) -> None:
    """Add what a model took, and its size in bytes, to run_costs."""
    con.execute(
        "insert into run_costs values ($model, $minutes, $cpu_minutes, $peak_mb, $size_mb)",
        {
            "model": model,
            "minutes": cost.seconds / 60,
            "cpu_minutes": cost.cpu_seconds / 60,
            "peak_mb": cost.peak_mb,
            "size_mb": size / 1024**2,
        },
    )


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _resident_mb() -> float:
    """Memory now; where the system does not say, the most since the process began."""
    if STATM.exists():
        return int(STATM.read_text().split()[1]) * resource.getpagesize() / 1024**2
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024**2 if sys.platform == "darwin" else 1024)
