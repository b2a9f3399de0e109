"""What the machine can do at best: each stage's own engine, alone, on rows of the run itself."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import lightgbm as lgb
import numpy as np
import pyarrow as pa
from implicit.als import AlternatingLeastSquares
from reelrank.candidates import read_train_log
from reelrank.candidates.als import confidences
from reelrank.presets import BoosterSettings
from reelrank.presets.settings import AlsSettings
from reelrank.ranker import stream_rows, with_features
from reelrank.ranker.boosting import booster_parameters
from reelrank.ranker.heads import LEAST_PLAY_MS
from reelrank.serving import VECTOR_BLOCK, ServedRun, load_run
from reelrank.warehouse.connection import open_for_reading
from threadpoolctl import threadpool_limits

from benchmarking.stages import last_run

SAMPLE_ROWS = 1_000_000
BARE_ROUNDS = 20
PREDICTED_ROWS = 200_000
THREADS = os.cpu_count() or 1


def measure_limits(database: Path, log: Path) -> dict[str, float]:
    """Measure every engine alone, in units per second.

    Parameters
    ----------
    database : Path
        Holds a finished run.
    log : Path
        big_matrix.csv.

    Returns
    -------
    dict
        "bytes": MB per second of the log read plainly from Python, "csv": of DuckDB's own typed
        `read_csv` of it, "als": pairs x iterations of implicit, "boosting": rows x rounds of
        LightGBM on bins that are there, "predicting": rows of LightGBM through all heads on a
        float32 matrix that is there.
    """
    with open_for_reading(database, THREADS, "2GB") as con:
        served, run = load_run(con), last_run(con)
        rows = _sample(con, served, run["row_counts"]["train"])
        names = [feature.name for feature in served.features]
        return {
            "bytes": _megabytes(log) / _seconds(lambda: _read_bytes(log)),
            "csv": _megabytes(log) / _seconds(lambda: _read_csv(log)),
            "als": _als(con, run["parameters"]["candidates"]["als"]),
            "boosting": _boosting(served, rows, names, run["parameters"]["ranker"]),
            "predicting": _predicting(served, rows.select(names)),
        }


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _megabytes(file: Path) -> float:
    return file.stat().st_size / 1e6


def _read_bytes(file: Path) -> None:
    with file.open("rb", buffering=0) as lines:
        while lines.read(1 << 24):
            pass


def _read_csv(file: Path) -> None:
    with duckdb.connect(config={"threads": THREADS}) as con:
        con.execute("create temp table plain as from read_csv($path)", {"path": str(file)})


def _sample(con: duckdb.DuckDBPyConnection, served: ServedRun, train_count: int) -> pa.Table:
    """About a million rows of train with their features and labels."""
    one_in = max(round(train_count / SAMPLE_ROWS), 1)
    con.execute(
        "create or replace temp table sampled_moments as from training.ranker_moments"
        f" where dataset = 'train' and hash(user_id, video_id, event_at) % {one_in:d} = 0"
    )
    rows = with_features(con, "sampled_moments", served.feature_set, served.features)
    return pa.Table.from_batches(stream_rows(con, rows, VECTOR_BLOCK, dataset="train"))


def _als(con: duckdb.DuckDBPyConnection, settings: dict) -> float:
    matrix = confidences(read_train_log(con), AlsSettings(**settings))
    model = AlternatingLeastSquares(
        factors=settings["factors"],
        regularization=settings["regularization"],
        iterations=settings["iterations"],
        num_threads=THREADS,
        random_state=0,
    )
    with threadpool_limits(limits=1, user_api="blas"):
        seconds = _seconds(lambda: model.fit(matrix, show_progress=False))
    return matrix.nnz * settings["iterations"] / seconds


def _boosting(served: ServedRun, rows: pa.Table, names: list[str], ranker: dict) -> float:
    """Fit the heads of the run on one binned dataset, each for the same few rounds."""
    settings = booster_parameters(BoosterSettings(**ranker["parameters"]), 0, THREADS)
    data = lgb.Dataset(
        rows.select(names).rename_columns([f"feature_{place}" for place in range(len(names))]),
        label=np.zeros(len(rows), np.float32),
        categorical_feature=[
            place for place, feature in enumerate(served.features) if feature.is_categorical
        ],
        params=settings,
    ).construct()
    seconds = 0.0
    for fitted in served.heads:
        data.set_label(_label(rows, is_probability=fitted.head.is_probability))
        parameters = settings | fitted.head.parameters
        seconds += _seconds(lambda chosen=parameters: lgb.train(chosen, data, BARE_ROUNDS))
    return len(rows) * BARE_ROUNDS * len(served.heads) / seconds


def _label(rows: pa.Table, *, is_probability: bool) -> np.ndarray:
    """Long view, or log play time; float32 (n_rows,)."""
    if is_probability:
        return rows["row_is_long_view"].to_numpy().astype(np.float32)
    play_ms = rows["row_watch_ratio"].to_numpy() * rows["row_video_duration_ms"].to_numpy()
    return np.log(np.maximum(play_ms, LEAST_PLAY_MS)).astype(np.float32)


def _predicting(served: ServedRun, features: pa.Table) -> float:
    features = features.slice(0, PREDICTED_ROWS)
    columns = [column.to_numpy().astype(np.float32) for column in features.columns]
    matrix = np.ascontiguousarray(np.column_stack(columns))
    seconds = _seconds(
        lambda: [
            fitted.booster.predict(matrix, num_iteration=fitted.round_count, num_threads=THREADS)
            for fitted in served.heads
        ]
    )
    return len(matrix) / seconds
