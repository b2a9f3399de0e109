"""What experiments share: the parser, a job with its embeddings, rows to learn from."""

import argparse
import os
from dataclasses import replace

import duckdb
import numpy as np
from reelrank import training
from reelrank.presets import Preset
from reelrank.progress import progress
from reelrank.ranker import Feature, TrainingRows, read_training_rows
from reelrank_cli.options import add_db

RESAMPLES = 1_000
CAVEAT = (
    "[What simulated results can and cannot say]"
    "(simulation.md#what-simulated-results-can-and-cannot-say)."
)


def interval(difference: np.ndarray, seed: int) -> tuple[float, float]:
    """95 % bootstrap interval of a mean over users."""
    draws = np.random.default_rng(seed).integers(0, len(difference), (RESAMPLES, len(difference)))
    low, high = np.quantile(difference[draws].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)


def parser_of(description: str, examples: str) -> argparse.ArgumentParser:
    """Make a parser with `--db`, `--seed` and `--threads`."""
    parser = argparse.ArgumentParser(
        description=description,
        epilog=examples,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    run = parser.add_argument_group("what to run on")
    add_db(run, "database that dbt built")
    run.add_argument("--seed", type=int, default=42, metavar="N", help="default: %(default)s")
    run.add_argument(
        "--threads", type=int, default=os.cpu_count(), metavar="N", help="default: all"
    )
    return parser


def embedded_job(
    con: duckdb.DuckDBPyConnection, preset: Preset, features: list[Feature], seed: int, threads: int
) -> training.Job:
    """Start a job and fit the embeddings that the ranker rows are made of."""
    job = training.start_job(con, preset, features, seed, threads)
    log = training.read_train_log(con)
    training.fit_embeddings(job, log, training.fit_stage_one(job, log))
    return job


def training_rows(job: training.Job, feature_set: str, limit: int, seed: int) -> TrainingRows:
    """Read at most `limit` rows of train, with progress."""
    with progress("training rows", limit) as update:
        return read_training_rows(
            job.con,
            feature_set,
            job.features,
            job.blocks,
            max_rows=limit,
            seed=seed,
            first_block=job.first_block,
            on_rows=update,
        )


def with_events(job: training.Job, rows: TrainingRows) -> TrainingRows:
    """Add what users did before, for heads that read it."""
    from reelrank.neural.last_events import read_last_events

    return replace(rows, events=read_last_events(job.con, job.blocks))
