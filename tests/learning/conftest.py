"""A little database as dbt leaves it, and quick presets to train on it."""

import shutil
from pathlib import Path

import duckdb
import pytest
from presets_as_text import write_preset
from reelrank.warehouse.connection import open_for_reading
from workbench import train

FOLDER = Path(__file__).parent


@pytest.fixture(scope="session")
def built_db(tmp_path_factory):
    """A database that dbt has built and nobody trained on; copy it before writing."""
    path = tmp_path_factory.mktemp("built") / "little.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute((FOLDER / "little_warehouse.sql").read_text(encoding="utf-8"))
    return path


@pytest.fixture
def db(built_db, tmp_path):
    """A copy of the built database, for a test of its own."""
    return Path(shutil.copy(built_db, tmp_path / "little.duckdb"))


@pytest.fixture
def con(built_db):
    """A connection as training has it: the file attached read-only."""
    with open_for_reading(built_db, threads=2, memory_limit="1GB") as con:
        yield con


@pytest.fixture(scope="session")
def quick_preset(tmp_path_factory):
    """Path of a preset that trains in about a second."""
    return write_preset(tmp_path_factory.mktemp("preset") / "quick.toml")


@pytest.fixture(scope="session")
def first_run(built_db, quick_preset, tmp_path_factory):
    """A database after one run of the real command, and what the run printed; read it only."""
    db = tmp_path_factory.mktemp("run") / "little.duckdb"
    shutil.copy(built_db, db)
    done = train(db, "--threads", "2", "--preset", str(quick_preset), "--resamples", "100")
    assert done.returncode == 0, done.stderr
    return db, done
