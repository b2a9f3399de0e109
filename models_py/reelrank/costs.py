"""What it costs to fit a model: time, and the most memory of the process meanwhile."""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


@dataclass
class Cost:
    """Wall and processor seconds, and the peak in MB; 0 until the work is done."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0


@contextmanager
def measured() -> Iterator[Cost]:
    """Measure what happens inside; the peak is that of the whole process, data included."""
    cost = Cost()
    _forget_peak()
    started, used = time.perf_counter(), _cpu_seconds()
    yield cost
    cost.seconds = time.perf_counter() - started
    cost.cpu_seconds = _cpu_seconds() - used
    cost.peak_mb = _peak_mb()


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


def _forget_peak() -> None:
    """Let Linux count the peak anew; elsewhere it stays that since the start of the process."""
    try:
        CLEAR.write_text("5")
    except OSError:
        return


def _peak_mb() -> float:
    if STATUS.exists():
        lines = STATUS.read_text().splitlines()
        kilobytes = next((line.split()[1] for line in lines if line.startswith("VmHWM")), None)
        if kilobytes:
            return int(kilobytes) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024**2 if sys.platform == "darwin" else 1024)
