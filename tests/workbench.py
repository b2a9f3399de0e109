"""The project's own commands, run as users run them, for tests that need the real thing."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from forks import Forks

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
PARTS = ("dbt_project", "models_py", "scripts", "dbt_project.yml", "profiles.yml")
THREADS = "REELRANK_THREADS"
# what scripts/setup.sh makes an environment from
SETUP_FILES = ("requirements.txt", "requirements-dev.txt", "pyproject.toml")
# Every command has to cope with these.
ODD_FOLDER = 'clone of Zoë\'s "reel rank" 项目; select 1 --'
ODD_DATABASE = 'it\'s "my" données; drop table x --.duckdb'
Ended = subprocess.CompletedProcess[str]


def command(
    *arguments: str | Path, cwd: Path = ROOT, timeout: float = 1200, **environment: str | Path
) -> Ended:
    """Run a command of the environment to its end; the output is kept."""
    return subprocess.run(
        [str(argument) for argument in arguments],
        cwd=cwd,
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def clean_environment(**more: str | Path) -> dict[str, str]:
    """The environment without the settings of this project but for threads, and with `more`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REELRANK_")}
    return (
        kept | {THREADS: os.environ[THREADS]} | {name: str(value) for name, value in more.items()}
    )


def run_job(*arguments: str | Path, root: Path = ROOT, **environment: str | Path) -> Ended:
    """Run `bash scripts/run.sh` with the environment that the tests run in."""
    places = {"REELRANK_VENV": sys.prefix, "DBT_TARGET_PATH": dbt_target(root)}
    script = root / "scripts" / "run.sh"
    return command("bash", script, *arguments, cwd=root, **{**places, **environment})


def dbt(
    *arguments: str, database: Path, data: Path, cwd: Path = ROOT, **environment: str | Path
) -> Ended:
    """Run dbt on a database and a data folder, in this checkout or a copy that nobody changed.

    It starts with the project read (forks.py); `dbt_alone` does not, as users run it.
    """
    places = clean_environment(**dbt_places(database, data, cwd), **environment)
    return Forks("dbt", "--no-use-colors", *arguments, cwd=cwd, environment=places).completed()


def dbt_alone(
    *arguments: str, database: Path, data: Path, cwd: Path = ROOT, **environment: str | Path
) -> Ended:
    """Run dbt in a process of its own, which reads the project in `cwd`."""
    places = dbt_places(database, data, cwd)
    return command(BIN / "dbt", "--no-use-colors", *arguments, cwd=cwd, **places, **environment)


def dbt_places(database: Path, data: Path, root: Path) -> dict[str, Path]:
    """Environment that points dbt to a database and a data folder."""
    target = dbt_target(root if root != ROOT else database)
    return {
        "REELRANK_DB": database,
        "REELRANK_DATA_DIR": data,
        "DBT_TARGET_PATH": target,
        "DBT_LOG_PATH": target,
    }


def dbt_target(beside: Path) -> Path:
    """Folder for dbt's own files, one per process: with the same database, dbt parses once."""
    return beside.parent / f"target-{WORKER}"


def python(
    script: str | Path,
    *arguments: str | Path,
    cwd: Path = ROOT,
    file_limit: int | None = None,
    **environment: str | Path,
) -> Ended:
    """Run a script as `python script ...` does; it starts with libraries loaded (forks.py)."""
    return Forks(
        "python", script, *arguments,
        cwd=cwd, environment=clean_environment(**environment), file_limit=file_limit,
    ).completed()  # fmt: skip


def train(database: Path, *arguments: str, cwd: Path = ROOT, **options: int | str | Path) -> Ended:
    """Run models_py/train.py on a database."""
    script = cwd / "models_py" / "train.py"
    return python(script, "--db", database, *arguments, cwd=cwd, **options)


def build(*arguments: str | Path, root: Path, **options: int | str | Path) -> Ended:
    """Run `reelrank build`, which is `bash scripts/run.sh` without a look at the environment.

    dbt starts with the project read; so not for a copy of the checkout that somebody changed.
    """
    places = {"REELRANK_VENV": sys.prefix, "DBT_TARGET_PATH": dbt_target(root)}
    return python(root / "models_py", "build", *arguments, cwd=root, **{**places, **options})


def ask(database: Path, query: str) -> list[dict]:
    """Ask a database through the real command line; the rows as dictionaries."""
    answer = command(BIN / "duckdb", "-readonly", "-json", database, query)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout) if answer.stdout.strip() else []


def copy_project(folder: Path) -> Path:
    """Copy the checkout as a fresh clone has it: no data, no database, nothing built."""
    folder.mkdir(parents=True)
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in (*PARTS, *SETUP_FILES):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            shutil.copy2(source, folder / name)
    return folder


@dataclass(frozen=True)
class Job:
    """A finished `bash scripts/run.sh` on the tiny simulated KuaiRec, in a copy of the checkout."""

    root: Path
    data: Path
    database: Path
    report: Path

    def copy_database(self) -> Path:
        """Copy the database to where harm may be done to it, until the next copy."""
        return Path(shutil.copy2(self.database, self._emptied("database") / "copy.duckdb"))

    def copy_data(self) -> Path:
        """Copy the CSV files to where harm may be done to them, until the next copy."""
        return Path(shutil.copytree(self.data, self._emptied("data") / "files to damage"))

    def _emptied(self, name: str) -> Path:
        """Give an empty folder, always the same in one process: dbt parses anew for new names."""
        folder = self.root.parent / f"copy of {name}, {WORKER}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder


@pytest.fixture(scope="session")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """The whole job, run once for all tests; not to be written to."""
    folder = made_once(tmp_path_factory, "job", _run_whole_job)
    return _job_in(folder)


def _job_in(folder: Path) -> Job:
    root = folder / ODD_FOLDER
    return Job(root, root / "data" / "simulated", root / ODD_DATABASE, root / "reports" / "ü.html")


def _run_whole_job(folder: Path) -> None:
    made = _job_in(folder)
    copy_project(made.root)
    ended = run_job("--scale", "tiny", *where(made), root=made.root)
    (folder / "said.txt").write_text(ended.stdout)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def where(job: Job) -> list[str | Path]:
    """Options that name the places of a job."""
    return ["--db", job.database, "--report", job.report]


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Make a folder once for all processes of the test run; it is not to be written to."""
    folder = shared_folder(factory) / name
    with (folder.parent / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            (folder / "made").touch()
    return folder


def shared_folder(factory: pytest.TempPathFactory) -> Path:
    """The folder that all processes of the test run share."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def is_polite(ended: Ended) -> bool:
    """Whether a failed command ended with code 1, an explanation, and no traceback."""
    said = ended.stdout + ended.stderr
    return ended.returncode == 1 and "Traceback" not in said and bool(ended.stderr.strip())
