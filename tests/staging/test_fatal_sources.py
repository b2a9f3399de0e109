"""A source that cannot be read ends the run in two lines; the database stays as it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from staging_loading import Loading
from staging_sources import KNOWN, MATRIX, Source, log_line, small_source, zipped

ZIPPED_LOG = zipped([MATRIX, *(log_line(0, 0, minute) for minute in range(5000))])


def with_file(name: str, content: bytes | None) -> Callable[[], Source]:
    def make() -> Source:
        source = small_source()
        source.raw |= KNOWN
        if content is None:
            del source.lines[name]
        else:
            source.lines.pop(name.removesuffix(".csv.gz"), None)
            source.raw[name] = content
        return source

    return make


FATAL = {
    "wrong folder": (lambda: None, ["big_matrix.csv", "is not in the data folder"]),
    "missing log": (with_file("big_matrix", None), ["big_matrix.csv", "REELRANK_DATA_DIR"]),
    "missing table": (with_file("user_features", None), ["user_features.csv", "not in the data"]),
    "empty file": (with_file("big_matrix", b""), ["big_matrix.csv is empty"]),
    "header only": (
        with_file("small_matrix", MATRIX.encode() + b"\n"),
        ["small_matrix.csv has a header and no rows"],
    ),
    "missing column": (
        with_file("big_matrix", MATRIX.replace("timestamp", "when").encode() + b"\n1\n"),
        ["column timestamp is missing in", "big_matrix.csv", "column_names"],
    ),
    "column twice": (
        with_file("big_matrix", (MATRIX + ",User_ID\n" + log_line(0, 0, 0) + ",7\n").encode()),
        ["column user_id occurs twice in the first line of", "big_matrix.csv"],
    ),
    "zip cut off": (
        with_file("big_matrix.csv.gz", ZIPPED_LOG[: len(ZIPPED_LOG) // 2]),
        ["big_matrix.csv.gz is not a complete gzip file: it is cut off", "compress it again"],
    ),
    "zip with another checksum": (
        with_file("big_matrix.csv.gz", ZIPPED_LOG[:-8] + bytes(4) + ZIPPED_LOG[-4:]),
        ["big_matrix.csv.gz is not a complete gzip file", "CRC"],
    ),
    "text named .gz": (
        with_file("big_matrix.csv.gz", MATRIX.encode() * 9),
        ["big_matrix.csv.gz is not a complete gzip file", "Not a gzipped file"],
    ),
    "gzip named .csv": (
        with_file("big_matrix", ZIPPED_LOG),
        ["big_matrix.csv is not a complete csv file: it is gzip (.gz)", "under a name that ends"],
    ),
    "binary file": (
        with_file("item_categories", bytes(range(256)) * 50),
        ["item_categories.csv", "missing"],
    ),
    "facts that are no JSON": (with_file("SIMULATED.json", b"{seed"), ["SIMULATED.json", "JSON"]),
}


def contents(db: Path) -> dict[str, list[tuple]]:
    with duckdb.connect(str(db), read_only=True) as con:
        tables = con.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
        ).fetchall()
        return {name: con.execute(f"from {name}").fetchall() for (name,) in tables}


@pytest.fixture(scope="module")
def built(loading: Loading, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the clean source, to be left alone."""
    loading.load_well(small_source())
    copy = tmp_path_factory.mktemp("built") / "copy.duckdb"
    shutil.copy(loading.db, copy)
    return copy


@pytest.mark.parametrize("case", FATAL)
def test_a_source_that_cannot_be_read_is_refused_in_words(
    case: str, loading: Loading, built: Path
) -> None:
    make, words = FATAL[case]
    shutil.copy(built, loading.db)
    process = loading.load(make())
    assert process.returncode != 0
    for word in words:
        assert word in process.stdout, process.stdout
    assert "Traceback" not in process.stdout + process.stderr
    assert contents(loading.db) == contents(built)


def test_tests_without_tables_say_what_to_run_first(loading: Loading) -> None:
    loading.db.unlink(missing_ok=True)
    process = loading.run("test", "-s", "staging")
    assert process.returncode != 0
    assert "run `dbt run` first" in process.stdout
    assert "Traceback" not in process.stdout + process.stderr
