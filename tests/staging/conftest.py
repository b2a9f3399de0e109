from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from staging_loading import Loading
from workbench import Job, job

__all__ = ["job"]


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
    job: Job,
    run_dbt: Callable[..., subprocess.CompletedProcess[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A folder with tiny.duckdb, as the job leaves it, and the files of `dbt docs generate`."""
    home = tmp_path_factory.mktemp("docs")
    db = home / "tiny.duckdb"
    shutil.copy(job.database, db)
    process = run_dbt("docs", "generate", data_dir=job.data, db=db, target=home)
    assert process.returncode == 0, process.stdout
    return home
