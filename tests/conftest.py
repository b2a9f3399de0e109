"""What all tests share: the repository, a tiny simulated source, and dbt as users run it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from workbench import made_once

REPO_ROOT = Path(__file__).resolve().parents[1]
RunDbt = Callable[..., subprocess.CompletedProcess[str]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first: two processes then end at about the same time."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


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
    """Run a real dbt command: run_dbt("run", "-s", "staging", data_dir=..., db=...).

    What dbt has parsed is shared by the calls; it parses again (some seconds) when data_dir,
    db or `target`, the folder for dbt's own files, differ from the call before.
    """
    home = tmp_path_factory.mktemp("dbt")

    def run(
        *arguments: str, data_dir: Path, db: Path, target: Path = home / "target"
    ) -> subprocess.CompletedProcess[str]:
        dbt = Path(sys.executable).parent / "dbt"
        return subprocess.run(
            [
                str(dbt),
                *("--no-use-colors", *arguments),
                *("--target-path", str(target), "--log-path", str(home / "logs")),
            ],
            cwd=REPO_ROOT,
            env={**os.environ, "REELRANK_DATA_DIR": str(data_dir), "REELRANK_DB": str(db)},
            capture_output=True,
            text=True,
            check=False,
        )

    return run
