"""What all tests share: the repository, a tiny simulated source, and dbt as users run it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from forks import READ_PROJECT, Forks
from workbench import clean_environment, made_once, shared_folder

REPO_ROOT = Path(__file__).resolve().parents[1]
# dbt's log of everything is a sixth of its time, and no test reads it.
os.environ.setdefault("DBT_LOG_LEVEL_FILE", "none")
# Nor its manifest, but for the tests of the documentation.
os.environ.setdefault("DBT_WRITE_JSON", "false")
# Networks are compiled anew in each process, which takes longer than training little ones.
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "1")
# Modules are compiled once, not in each process.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Other tests have the other cores, and results do not depend on it.
os.environ["REELRANK_THREADS"] = "1"
# Whichever checkout the environment has installed, the tests are about this one.
os.environ["PYTHONPATH"] = str(REPO_ROOT / "models_py")
RunDbt = Callable[..., subprocess.CompletedProcess[str]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first: two processes then end at about the same time.

    The first process makes the job for the longest file; what need not wait for it comes next.
    """
    longest = {item.path for item in items if item.get_closest_marker("longest")}
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    waiting = {item.path for item in items if "job" in getattr(item, "fixturenames", ())}
    items.sort(key=lambda i: (i.path not in longest, i.path not in slow, i.path in waiting))


@pytest.fixture(scope="session", autouse=True)
def _project_is_read_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ[READ_PROJECT] = str(shared_folder(tmp_path_factory) / "project")


@pytest.fixture(scope="session")
def repo_root() -> Path:
    return REPO_ROOT


@pytest.fixture(scope="session")
def tiny_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated KuaiRec at scale tiny; shared, so not to be written to."""
    return made_once(tmp_path_factory, "source", _simulate) / "tiny"


def _simulate(folder: Path) -> None:
    script = REPO_ROOT / "scripts" / "simulate_kuairec.py"
    command = [sys.executable, script, "--out", folder / "tiny", "--scale", "tiny"]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="session")
def run_dbt(tmp_path_factory: pytest.TempPathFactory) -> RunDbt:
    """Run a dbt command: run_dbt("run", "-s", "staging", data_dir=..., db=...).

    It starts with the project read (forks.py); `target` is the folder for dbt's own files.
    """
    home = tmp_path_factory.mktemp("dbt")

    def run(
        *arguments: str, data_dir: Path, db: Path, target: Path = home / "target"
    ) -> subprocess.CompletedProcess[str]:
        places = {"REELRANK_DATA_DIR": data_dir, "REELRANK_DB": db}
        return Forks(
            "dbt",
            *("--no-use-colors", *arguments),
            *("--target-path", target, "--log-path", home / "logs"),
            cwd=REPO_ROOT,
            environment=clean_environment(**places),
        ).completed()

    return run
