from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from staging_loading import Loading  # noqa: E402


@pytest.fixture(scope="session")
def loading(
    tmp_path_factory: pytest.TempPathFactory,
    run_dbt: Callable[..., subprocess.CompletedProcess[str]],
) -> Loading:
    # a name that has to be quoted: spaces, quotes, brackets and letters beyond ASCII
    home = tmp_path_factory.mktemp("loading") / 'it\'s [a] "folder" für 快手'
    home.mkdir()
    return Loading(home / "data", home / "reel rank.duckdb", run_dbt)


@pytest.fixture(scope="session")
def tiny_docs(
    tiny_source: Path,
    run_dbt: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A folder with tiny.duckdb, made by `dbt run`, and the files of `dbt docs generate`."""
    home = tmp_path_factory.mktemp("docs")
    for command in (("run",), ("docs", "generate")):
        process = run_dbt(*command, data_dir=tiny_source, db=home / "tiny.duckdb", target=home)
        assert process.returncode == 0, process.stdout
    return home
