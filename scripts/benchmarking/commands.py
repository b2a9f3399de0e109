"""The commands that are measured, each as a user runs it."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from reelrank.progress import say
from reelrank_cli.processes import Cost, cost_of

from benchmarking.yardstick import yardstick_seconds

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
STEPS_OF_RUN_SH = {
    "dbt build": "dbt.cli.main",
    "train.py, default preset": "models_py/train.py",
    "report.py": "models_py/report.py",
}


@dataclass(frozen=True)
class Checkout:
    """A version of the code, the environment it runs in, and how it is called in the results."""

    root: Path = ROOT
    venv: Path = Path(sys.prefix)
    suffix: str = ""


@dataclass(frozen=True)
class Measure:
    """A command, or a step of run.sh, at one scale.

    Attributes
    ----------
    rows : int
        Lines of the two matrices.
    seconds, peak_gb, processor_seconds, yardstick_seconds : float
        Medians of the runs.
    runs : list of dict
        Seconds and the yardstick's of every run, in order.
    """

    name: str
    scale: str
    rows: int
    seconds: float
    peak_gb: float
    processor_seconds: float
    yardstick_seconds: float
    runs: list[dict[str, float]]


@dataclass(frozen=True)
class Bench:
    """A data folder and a scratch database.

    Attributes
    ----------
    data : Path
        Folder with the CSV files.
    scale : str
        Name for the tables.
    database : Path
        Made again by dbt_run and whole_job; its folder also takes dbt's files.
    """

    data: Path
    scale: str
    database: Path

    @cached_property
    def rows(self) -> int:
        """Lines of the two matrices."""
        return self.events + _lines(self.data / "small_matrix.csv")

    @cached_property
    def events(self) -> int:
        """Lines of the log."""
        return _lines(self.data / "big_matrix.csv")

    def dbt_run(self, repeats: int) -> Iterator[list[Measure]]:
        """Measure `dbt run` into a new database; yields what is known after every repeat."""
        yield from self._repeated("dbt run", [BIN / "dbt", "--quiet", "run"], repeats, fresh=True)

    def train(self, repeats: int) -> Iterator[list[Measure]]:
        """Measure `python models_py/train.py` on the database."""
        command = [sys.executable, ROOT / "models_py" / "train.py", "--db", self.database]
        yield from self._repeated("train.py, default preset", command, repeats)

    def whole_job(self, checkouts: list[Checkout], repeats: int) -> Iterator[list[Measure]]:
        """Measure `bash scripts/run.sh` from CSV files to results, of several versions in turn.

        Yields the whole job and its steps, of every version, after every round.
        """
        costs: dict[str, list[Cost]] = {}
        for _ in range(repeats):
            for checkout in checkouts:
                command = ["bash", checkout.root / "scripts" / "run.sh", "--data", self.data]
                command += ["--force", "--db", self.database]
                command += ["--report", self.database.with_suffix(".html")]
                more = {"REELRANK_VENV": str(checkout.venv)}
                cost = self._cost(command, more, checkout.root, fresh=True)
                self._tell(f"run.sh{checkout.suffix}", cost)
                for name, part in {"run.sh": cost, **cost.steps}.items():
                    costs.setdefault(name + checkout.suffix, []).append(part)
            yield [self._measure(name, found) for name, found in costs.items()]

    def dbt_stages(self) -> dict[str, float]:
        """Seconds of each model and test of the last dbt run or build, by its name."""
        results = json.loads((self._target / "run_results.json").read_text(encoding="utf-8"))
        return {
            result["unique_id"].split(".")[2]: result["execution_time"]
            for result in results["results"]
            if result["unique_id"].startswith(("model.", "test."))
        }

    @property
    def _target(self) -> Path:
        return self.database.with_suffix(".target")

    def _repeated(
        self, name: str, command: list[str | Path], repeats: int, *, fresh: bool = False
    ) -> Iterator[list[Measure]]:
        costs = []
        for _ in range(repeats):
            costs.append(self._cost(command, {}, ROOT, fresh=fresh))
            self._tell(name, costs[-1])
            yield [self._measure(name, costs)]

    def _cost(
        self, command: list[str | Path], more: dict[str, str], root: Path, *, fresh: bool = False
    ) -> Cost:
        """Run a command once, the yardstick right before and after it."""
        if fresh:
            self.database.unlink(missing_ok=True)
        environment = {
            "REELRANK_DB": str(self.database),
            "REELRANK_DATA_DIR": str(self.data),
            "DBT_TARGET_PATH": str(self._target),
            "DBT_LOG_PATH": str(self.database.with_suffix(".logs")),
        } | more
        pace = yardstick_seconds()
        cost = cost_of(command, root, environment, steps=STEPS_OF_RUN_SH)
        pace = (pace + yardstick_seconds()) / 2
        for measured in (cost, *cost.steps.values()):
            measured.yardstick_seconds = pace
        return cost

    def _tell(self, name: str, cost: Cost) -> None:
        steps = "".join(f", {step} {part.seconds:.1f} s" for step, part in cost.steps.items())
        say(
            f"{name}, {self.scale}: {cost.seconds:.1f} s, "
            f"{cost.processor_seconds:.0f} processor s, {cost.peak_bytes / 1e9:.2f} GB, "
            f"yardstick {cost.yardstick_seconds:.2f} s{steps}"
        )

    def _measure(self, name: str, costs: list[Cost]) -> Measure:
        """Take the medians."""

        def middle(what: str, divisor: float = 1) -> float:
            return round(statistics.median(getattr(cost, what) for cost in costs) / divisor, 2)

        return Measure(
            name=name,
            scale=self.scale,
            rows=self.rows,
            seconds=middle("seconds"),
            peak_gb=middle("peak_bytes", 1e9),
            processor_seconds=middle("processor_seconds"),
            yardstick_seconds=middle("yardstick_seconds"),
            runs=[
                {
                    "seconds": round(cost.seconds, 1),
                    "yardstick_seconds": round(cost.yardstick_seconds, 2),
                }
                for cost in costs
            ],
        )


def _lines(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(block.count(b"\n") for block in iter(lambda: lines.read(1 << 24), b"")) - 1
