"""What commands share that put results beside those of a run: opening, publishing, naming."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from reelrank.publication import find_run
from reelrank.warehouse.checks import Source, check_ready, check_unchanged, read_source
from reelrank.warehouse.connection import check_writable, open_for_reading, reopen_for_writing

from reelrank_cli.options import threads_of_this_machine


@contextmanager
def opened_run(
    options: argparse.Namespace, publishes: bool = True
) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict, Source]]:
    """Open the database for reading, find the run that was asked for and the source."""
    with open_for_reading(options.db, threads_of_this_machine(), options.memory_limit) as con:
        check_ready(con)
        if publishes:
            check_writable(options.db)
        yield con, find_run(con, options.run_id), read_source(con)


def open_to_publish(
    con: duckdb.DuckDBPyConnection, options: argparse.Namespace, source: Source
) -> None:
    """Open the database for writing, if its tables are still those that were read."""
    reopen_for_writing(con, options.db, options.lock_timeout)
    check_unchanged(con, source)


def run_facts(run: dict) -> dict:
    """Pick what every answer in JSON says of its run."""
    return {key: run[key] for key in ("run_id", "data_source", "is_simulated")}


def run_words(run: dict) -> str:
    """Name a run and its data; simulated data is called so."""
    label = "SIMULATED data: " if run["is_simulated"] else ""
    return f"{run['run_id']}, {label}{run['data_source']}"
