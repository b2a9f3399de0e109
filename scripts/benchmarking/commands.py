"""The commands that are measured, each as a user runs it."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from reelrank.progress import say

from benchmarking.processes import Cost, cost_of

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Measure:
    """Medians of a command's repeats."""

    name: str
    scale: str
    rows: int
    seconds: float
    peak_gb: float
    repeats: int


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
        Made anew; its folder also takes dbt's files.
    repeats : int
        Of each command; the median counts.
    """

    data: Path
    scale: str
    database: Path
    repeats: int

    @property
    def rows(self) -> int:
        """Lines of the two matrices."""
        return sum(_lines(self.data / name) for name in ("big_matrix.csv", "small_matrix.csv"))

    def dbt_run(self, memory_limit: str | None = None) -> Measure:
        """Measure `dbt run` into a new database."""
        more = {"REELRANK_MEMORY_LIMIT": memory_limit} if memory_limit else {}
        name = f"dbt run, memory_limit {memory_limit}" if memory_limit else "dbt run"
        return self._measure(name, [BIN / "dbt", "--quiet", "run"], more, fresh=True)

    def train(self, preset: str) -> Measure:
        """Measure `python models_py/train.py` on the database."""
        command = [sys.executable, ROOT / "models_py" / "train.py", "--db", self.database]
        return self._measure(f"train.py, {preset} preset", [*command, "--preset", preset])

    def whole_job(self) -> Measure:
        """Measure `bash scripts/run.sh` from CSV files to printed results, nothing reused."""
        command = ["bash", ROOT / "scripts" / "run.sh", "--data", self.data, "--force"]
        page = self.database.with_suffix(".html")
        command += ["--db", self.database, "--report", page]
        return self._measure("run.sh", command, {"REELRANK_VENV": sys.prefix}, fresh=True)

    def dbt_stages(self) -> dict[str, float]:
        """Seconds of each model of the last dbt run, by its name."""
        results = json.loads((self._target / "run_results.json").read_text(encoding="utf-8"))
        return {
            result["unique_id"].removeprefix("model.reelrank."): result["execution_time"]
            for result in results["results"]
        }

    @property
    def _target(self) -> Path:
        return self.database.parent / "target"

    def _measure(
        self,
        name: str,
        command: list[str | Path],
        more: dict[str, str] | None = None,
        fresh: bool = False,
    ) -> Measure:
        environment = {
            "REELRANK_DB": str(self.database),
            "REELRANK_DATA_DIR": str(self.data),
            "DBT_TARGET_PATH": str(self._target),
            "DBT_LOG_PATH": str(self.database.parent / "logs"),
        } | (more or {})
        costs: list[Cost] = []
        for repeat in range(self.repeats):
            if fresh:
                self.database.unlink(missing_ok=True)
            costs.append(cost_of(command, ROOT, environment))
            say(
                f"{name}, {self.scale}, {repeat + 1} of {self.repeats}: "
                f"{costs[-1].seconds:.1f} s, {costs[-1].peak_bytes / 1e9:.2f} GB"
            )
        return Measure(
            name=name,
            scale=self.scale,
            rows=self.rows,
            seconds=round(statistics.median(cost.seconds for cost in costs), 1),
            peak_gb=round(statistics.median(cost.peak_bytes for cost in costs) / 1e9, 2),
            repeats=self.repeats,
        )


def one_user(database: Path) -> dict[str, float]:
    """Milliseconds for one user's recommendations, from a cold start and warm."""
    command = [sys.executable, ROOT / "scripts" / "time_one_user.py", "--db", database, "--json"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = json.loads(said)
    return {name: found[name] for name in ("cold_ms", "warm_median_ms", "warm_slowest_ms")}


def _lines(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(block.count(b"\n") for block in iter(lambda: lines.read(1 << 24), b"")) - 1
