"""The ranker: its fit, and what it predicts."""

from dataclasses import replace

import duckdb
import numpy as np
import pyarrow as pa

from reelrank.costs import keep_cost, measured
from reelrank.extensions import RANKERS, registered
from reelrank.progress import progress
from reelrank.ranker import (
    FittedHead,
    fit_heads,
    predict,
    read_training_rows,
    stream_rows,
    with_features,
)
from reelrank.ranker.heads import HEADS
from reelrank.recommendations import RegisteredRankers
from reelrank.training.job import Job
from reelrank.warehouse.tables import store


def fit_ranker(job: Job) -> tuple[list[FittedHead], RegisteredRankers]:
    """Read the training rows, fit every head and every registered ranker; make run_models."""
    settings = job.preset.ranker
    total = sum(job.blocks.row_counts[job.first_block :])
    with progress("training rows", min(total, settings.max_train_rows)) as update:
        rows = read_training_rows(
            job.con,
            settings.feature_set,
            job.features,
            job.blocks,
            max_rows=settings.max_train_rows,
            seed=job.seed,
            first_block=job.first_block,
            on_rows=update,
        )
    if any(HEADS[name].reads_events for name in settings.heads):
        from reelrank.neural.last_events import read_last_events

        rows = replace(rows, events=read_last_events(job.con, job.blocks))
    may_stop = bool(settings.early_stopping_rounds)
    counted = progress("ranker", settings.most_rounds, "rounds", may_stop=may_stop)
    with counted as update, measured() as cost:
        heads = fit_heads(
            rows,
            job.features,
            settings,
            seed=job.seed,
            threads=job.threads,
            on_round=update,
        )
    keep_heads(job, heads)
    keep_cost(job.con, "ranker", cost, sum(len(fitted.text()) for fitted in heads))
    others = {
        name: fit(rows, seed=job.seed, threads=job.threads)
        for name, fit in registered(RANKERS).items()
    }
    block = job.blocks.after_train
    return heads, RegisteredRankers(others, settings.feature_set, job.features, block)


def keep_heads(job: Job, heads: list[FittedHead]) -> None:
    """Make run_models."""
    models = {
        "head": [fitted.head.name for fitted in heads],
        "round_count": pa.array([fitted.round_count for fitted in heads], pa.int32()),
        "starts_from": pa.array([fitted.start for fitted in heads], pa.string()),
        "model_text": [fitted.text() for fitted in heads],
        "start_score": pa.array([_judged(fitted, "start") for fitted in heads], pa.float64()),
        "trees_score": pa.array([_judged(fitted, "trees") for fitted in heads], pa.float64()),
    }
    store(job.con, "run_models", pa.table(models))


def chosen(con: duckdb.DuckDBPyConnection) -> dict:
    """Say what validation on the last days of train decided: rounds, and what orders lists."""
    heads = con.execute(
        "select head, round_count, starts_from, start_score, trees_score"
        " from run_models order by head"
    ).to_arrow_table()
    return {row.pop("head"): row for row in heads.to_pylist()}


def _judged(fitted: FittedHead, order: str) -> float | None:
    return getattr(fitted.choice, order) if fitted.choice else None


def predict_protocols(
    job: Job, heads: list[FittedHead], others: RegisteredRankers, row_counts: dict[str, int]
) -> None:
    """Make run_predictions for the protocols dense and holdout."""
    feature_set = job.preset.ranker.feature_set
    rows = with_features(job.con, "training.ranker_moments", feature_set, job.features)
    has_towers = job.preset.embeddings is not None and job.preset.embeddings.two_tower is not None
    also = ("two_tower_margin as row_two_tower_score",) if has_towers else ()
    parts = []
    with progress("predictions", row_counts["holdout"] + row_counts["dense"]) as update:
        for protocol in ("holdout", "dense"):
            batches = stream_rows(
                job.con, rows, job.blocks.after_train, dataset=protocol, also=also
            )
            found = predict(heads, job.features, batches, job.threads, update, others.rankers)
            if not len(found):  # own logs have no dense matrix
                continue
            names = pa.DictionaryArray.from_arrays(
                pa.array(np.zeros(len(found), np.int8)), [protocol]
            )
            parts.append(found.append_column("protocol", names))
    store(job.con, "run_predictions", pa.concat_tables(parts).unify_dictionaries())
