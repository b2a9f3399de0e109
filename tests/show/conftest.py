import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import synthetic
from browser import Page, find_chromium
from workbench import job

__all__ = ["job"]

Rows = list[dict[str, object]]


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small made-up database with everything that dbt and training leave."""
    return synthetic.build(tmp_path_factory.mktemp("show") / "shown.duckdb", synthetic.Size())


@pytest.fixture(scope="session")
def cli() -> str:
    """Return the path of the duckdb binary of this environment."""
    beside = Path(sys.executable).with_name("duckdb")
    found = str(beside) if beside.exists() else shutil.which("duckdb")
    assert found, "the duckdb command line is a requirement: pip install -r requirements.txt"
    return found


@pytest.fixture(scope="session")
def ask(database: Path, cli: str) -> Callable[[str], Rows]:
    """Return a function that asks the database through the real duckdb command line."""

    def run(query: str) -> Rows:
        done = subprocess.run(
            [cli, "-readonly", "-json", str(database), query],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0 and not done.stderr, done.stderr
        lines = done.stdout.strip()
        return json.loads(lines) if lines not in ("", "[{]", "[]") else []

    return run


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    page = Page(chromium, tmp_path_factory.mktemp("profile"))
    yield page
    page.close()
