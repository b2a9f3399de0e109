"""What faults on Spark leave: the published run as it was, and the next build or training works.

Builds a lake and trains on it; then a build is killed, finds its disk full, or has a stage that
fails, and a training on the engine is killed. Each time it asks what was published and tries again.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
from reelrank.errors import UserError
from reelrank.progress import say
from reelrank_cli import ROOT
from reelrank_cli.main import run_script
from reelrank_cli.options import Parser, whole_number

EXAMPLES = """examples:
  python scripts/spark_faults.py --data data/simulated
"""
ASKED = "from recommend((select min(user_id) from ml.recommendations), 10)"
# what is written when Spark is killed: a table in the middle of a build, and the boundary, which
# a later build must find again
KILLED_IN = ("staging.db/load_report", "training.db/split_boundary")
KILLED_AFTER = "ml.db/candidates"  # of what a training writes, the first
NO_SUCH_DAY = ["--vars", "{boundary: '1999-01-01'}"]  # a query raises an error while it runs


def read_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = Parser("scripts/spark_faults.py", __doc__, EXAMPLES)
    parser.add_argument("--data", type=Path, default=Path("data/simulated"), metavar="DIR",
                        help="a small KuaiRec folder (default: %(default)s)")  # fmt: skip
    parser.add_argument("--preset", default="spark", metavar="NAME",
                        help="of the training on the engine (default: %(default)s)")  # fmt: skip
    parser.add_argument("--largest-file", type=whole_number(1, 10_000_000), default=2000,
                        metavar="KB", help="that a full disk holds (default: 2000)")  # fmt: skip
    parser.add_argument("--work", type=Path, default=Path("data/spark_faults"), metavar="DIR",
                        help="of lake and database (default: %(default)s)")  # fmt: skip
    return parser.parse_args()


class Trial:
    """A lake, a database trained on it, and what it answers."""

    def __init__(self, options: argparse.Namespace) -> None:
        work = options.work.resolve()
        self.lake, self.database, self._log = work / "lake", work / "lake.duckdb", work / "said"
        self._preset = options.preset
        self._environment = os.environ | {
            "REELRANK_DATA_DIR": str(options.data.resolve()),
            "REELRANK_LAKE": str(self.lake),
            "REELRANK_VENV": sys.prefix,
            "DBT_TARGET_PATH": str(work / "target"),
            "DBT_LOG_PATH": str(work / "logs"),
        }

    def build(self, *options: str, largest_file: int = 0) -> subprocess.Popen:
        """Begin a build; with a Java that can write no file of more than so many KB, if any."""
        places = {"JAVA_HOME": str(self._little_java(largest_file))} if largest_file else {}
        return self._start("bash", "scripts/spark.sh", "run", *options, **places)

    def _little_java(self, largest_file: int) -> Path:
        java = self.lake.with_name("java") / "bin" / "java"
        java.parent.mkdir(parents=True, exist_ok=True)
        real = Path(os.environ.get("JAVA_HOME", "/"), "bin", "java")
        real = real if real.exists() else shutil.which("java")
        java.write_text(f'#!/bin/bash\nulimit -f {largest_file}\nexec "{real}" "$@"\n')
        java.chmod(0o755)
        return java.parents[1]

    def train(self, *options: str) -> subprocess.Popen:
        """Begin a training on the lake."""
        places = ["--lake", str(self.lake), "--db", str(self.database)]
        return self._start(sys.executable, "models_py/train.py", *places, *options)

    def train_on_engine(self) -> subprocess.Popen:
        """Begin a training that learns on Spark."""
        return self.train("--engine", "spark", "--preset", self._preset)

    def _start(self, *command: str, **places: str) -> subprocess.Popen:
        with self._log.open("w") as said:
            return subprocess.Popen(
                command, cwd=ROOT, env=self._environment | places, start_new_session=True,
                stdout=said, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def said(self) -> str:
        """Read what the last command said."""
        return self._log.read_text()

    def answer(self) -> list[tuple]:
        """Ask what is published."""
        with duckdb.connect(str(self.database), read_only=True) as con:
            return con.execute(ASKED).fetchall() + con.execute("from past_runs()").fetchall()

    def finished_runs(self) -> int:
        """Count the runs that the lake says it has."""
        return len(list(self.lake.glob("ml.db/runs/run_id=*/*.parquet")))

    def row_counts(self) -> dict[str, int]:
        """Rows of each table of the lake that training reads."""
        with duckdb.connect() as con:
            return {
                f"{table.parent.stem}.{table.name}": con.execute(
                    f"select count(*) from '{table}/**/*.parquet'"
                ).fetchone()[0]
                for schema in ("staging", "features", "training")
                for table in sorted(self.lake.glob(f"{schema}.db/*"))
                if any(table.glob("**/*.parquet"))
            }

    def kill_when(self, process: subprocess.Popen, name: str) -> None:
        """Kill a command and its Spark as soon as files are written into a table."""
        began = time.time()
        table = self.lake / name
        while not any(file.stat().st_mtime > began for file in table.glob("**/*.parquet")):
            if process.poll() is not None:
                raise UserError(
                    f"The command ended with {process.returncode} before it could be killed.",
                    f"It said:\n{self.said()[-3000:]}",
                )
            time.sleep(0.1)
        os.killpg(process.pid, signal.SIGKILL)


def expect(what: str, holds: bool, trial: Trial) -> None:
    """Say what holds; end where it does not.

    Raises
    ------
    UserError
        If it does not hold.
    """
    if not holds:
        raise UserError(f"Not so: {what}.", f"The last command said:\n{trial.said()[-3000:]}")
    say(f"  {what}")


def build_killed(trial: Trial, name: str) -> subprocess.Popen:
    """Kill it when it writes a table."""
    build = trial.build()
    trial.kill_when(build, name)
    return build


FAULTS: dict[str, Callable[[Trial, argparse.Namespace], subprocess.Popen]] = {
    **{
        f"Spark is killed while it writes {name}": lambda trial, _, name=name: build_killed(
            trial, name
        )
        for name in KILLED_IN
    },
    "the disk is full": lambda trial, options: trial.build(largest_file=options.largest_file),
    "a stage fails": lambda trial, _: trial.build(*NO_SUCH_DAY),
}


def main(options: argparse.Namespace) -> None:
    """Try each fault."""
    shutil.rmtree(options.work, ignore_errors=True)
    options.work.mkdir(parents=True)
    trial = Trial(options)
    expect("the lake is built", trial.build().wait() == 0, trial)
    expect("a run is trained on it and published", trial.train().wait() == 0, trial)
    published, row_counts = trial.answer(), trial.row_counts()
    for fault, begin in FAULTS.items():
        say(fault)
        expect("the build fails", begin(trial, options).wait() != 0, trial)
        expect("what was published is answered as before", trial.answer() == published, trial)
        refused = trial.train().wait()
        expect("training refuses the lake", refused == 1, trial)
        words = trial.said()
        expect("in two lines", "did not finish" in words and words.count("\n") == 2, trial)
        expect("the build, run again, succeeds", trial.build().wait() == 0, trial)
        expect("all tables have the rows they had", trial.row_counts() == row_counts, trial)
    say("Spark is killed while it learns")
    training = trial.train_on_engine()
    trial.kill_when(training, KILLED_AFTER)
    expect("the training fails", training.wait() != 0, trial)
    expect("what was published is answered as before", trial.answer() == published, trial)
    expect("the lake has no run of it", trial.finished_runs() == 0, trial)
    expect("the training, run again, succeeds", trial.train_on_engine().wait() == 0, trial)
    expect("the lake has its run", trial.finished_runs() == 1, trial)
    expect("it is published", len(trial.answer()) > len(published), trial)


if __name__ == "__main__":
    run_script(lambda: main(read_arguments()))
