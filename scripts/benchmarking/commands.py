"""The commands that are measured, each as a user runs it."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from reelrank.progress import say

from benchmarking.processes import Cost, cost_of
from benchmarking.yardstick import yardstick_seconds

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
STEPS_OF_RUN_SH = {
    "environment": "scripts/setup.sh",
    "dbt build": "dbt.cli.main",
    "train.py, default preset": "models_py/train.py",
    "report.py": "models_py/report.py",
}


@dataclass(frozen=True)
class Measure:
    """A command, or a step of run.sh, at one scale.

    Attributes
    ----------
    rows : int
        Lines of the two matrices.
    seconds, peak_gb, processor_seconds, spilled_gb, yardstick_seconds : float
        Medians of the runs.
    runs : list of dict
        The same five of every run, in order.
    """

    name: str
    scale: str
    rows: int
    seconds: float
    peak_gb: float
    processor_seconds: float
    spilled_gb: float
    yardstick_seconds: float
    runs: list[dict[str, float]]


def medians(runs: list[dict[str, float]]) -> dict[str, float]:
    """Median of every figure over those runs that have it."""
    return {
        name: statistics.median(run[name] for run in runs if name in run)
        for name in {name: None for run in runs for name in run}
    }


@dataclass(frozen=True)
class Bench:
    """A data folder, a scratch database, and how often to measure.

    Attributes
    ----------
    data : Path
        Folder with the CSV files.
    scale : str
        Name for the tables.
    database : Path
        Made anew by dbt_run and whole_job; its folder also takes dbt's files.
    repeats : int
        Of each command; the median counts. Measures are yielded after every repeat, of the
        repeats so far, so that an interruption loses one at most.
    """

    data: Path
    scale: str
    database: Path
    repeats: int

    @cached_property
    def rows(self) -> int:
        """Lines of the two matrices."""
        return sum(_lines(self.data / name) for name in ("big_matrix.csv", "small_matrix.csv"))

    def dbt_run(self, memory_limit: str | None = None) -> Iterator[list[Measure]]:
        """Measure `dbt run` into a new database."""
        more = {"REELRANK_MEMORY_LIMIT": memory_limit} if memory_limit else {}
        name = f"dbt run, memory_limit {memory_limit}" if memory_limit else "dbt run"
        for costs in self._costs(name, [BIN / "dbt", "--quiet", "run"], more, fresh=True):
            yield [self._measure(name, costs)]

    def train(self, preset: str) -> Iterator[list[Measure]]:
        """Measure `python models_py/train.py` on the database."""
        name = f"train.py, {preset} preset"
        command = [sys.executable, ROOT / "models_py" / "train.py", "--db", self.database]
        for costs in self._costs(name, [*command, "--preset", preset], {}):
            yield [self._measure(name, costs)]

    def whole_job(self) -> Iterator[list[Measure]]:
        """Measure `bash scripts/run.sh` from CSV files to printed results, nothing reused.

        The first measure is the whole job, the others are its steps.
        """
        command = ["bash", ROOT / "scripts" / "run.sh", "--data", self.data, "--force"]
        command += ["--db", self.database, "--report", self.database.with_suffix(".html")]
        more = {"REELRANK_VENV": sys.prefix}
        for costs in self._costs("run.sh", command, more, fresh=True, steps=STEPS_OF_RUN_SH):
            steps = [
                self._measure(step, [cost.steps[step] for cost in costs])
                for step in STEPS_OF_RUN_SH
                if all(step in cost.steps for cost in costs)
            ]
            yield [self._measure("run.sh", costs), *steps]

    def dbt_stages(self) -> dict[str, float]:
        """Seconds of each model of the last dbt run, by its name."""
        results = json.loads((self._target / "run_results.json").read_text(encoding="utf-8"))
        return {
            result["unique_id"].removeprefix("model.reelrank."): result["execution_time"]
            for result in results["results"]
            if result["unique_id"].startswith("model.")
        }

    @property
    def _target(self) -> Path:
        return self.database.with_suffix(".target")

    def _costs(
        self,
        name: str,
        command: list[str | Path],
        more: dict[str, str],
        fresh: bool = False,
        steps: dict[str, str] | None = None,
    ) -> Iterator[list[Cost]]:
        """Run a command as often as wanted; yields the costs so far."""
        spill = self.database.with_name(self.database.name + ".tmp")
        environment = {
            "REELRANK_DB": str(self.database),
            "REELRANK_DATA_DIR": str(self.data),
            "DBT_TARGET_PATH": str(self._target),
            "DBT_LOG_PATH": str(self.database.with_suffix(".logs")),
        } | more
        costs: list[Cost] = []
        for repeat in range(self.repeats):
            if fresh:
                self.database.unlink(missing_ok=True)
            pace = yardstick_seconds()
            cost = cost_of(command, ROOT, environment, steps=steps, spill=spill)
            pace = (pace + yardstick_seconds()) / 2
            for measured in (cost, *cost.steps.values()):
                measured.yardstick_seconds = pace
            costs.append(cost)
            parts = [f"{step} {part.seconds:.1f} s" for step, part in cost.steps.items()]
            say(
                f"{name}, {self.scale}, {repeat + 1} of {self.repeats}: "
                f"{cost.seconds:.1f} s, {cost.peak_bytes / 1e9:.2f} GB, yardstick {pace:.2f} s"
                + (f" ({', '.join(parts)})" if parts else "")
            )
            yield costs

    def _measure(self, name: str, costs: list[Cost]) -> Measure:
        """Take the medians."""
        runs = [
            {
                "seconds": round(cost.seconds, 1),
                "peak_gb": round(cost.peak_bytes / 1e9, 2),
                "processor_seconds": round(cost.processor_seconds, 1),
                "spilled_gb": round(cost.peak_spilled_bytes / 1e9, 2),
                "yardstick_seconds": round(cost.yardstick_seconds, 2),
            }
            for cost in costs
        ]
        return Measure(name=name, scale=self.scale, rows=self.rows, **medians(runs), runs=runs)


def one_user(database: Path, repeats: int) -> dict[str, float]:
    """Milliseconds for one user's recommendations, from cold starts of the process and warm.

    Returns
    -------
    dict
        Medians over `repeats` processes; whole_process_ms counts from before Python starts.
    """
    script = ROOT / "scripts" / "time_one_user.py"
    found = []
    for _ in range(repeats):
        said = subprocess.run(
            [sys.executable, script, "--db", database, "--repeats", "20", "--json"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        found.append(json.loads(said))
    names = ("cold_ms", "cold_import_and_load_ms", "warm_median_ms", "warm_slowest_ms")
    return {name: statistics.median(one[name] for one in found) for name in names}


def _lines(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(block.count(b"\n") for block in iter(lambda: lines.read(1 << 24), b"")) - 1
