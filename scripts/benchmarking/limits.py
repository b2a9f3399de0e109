"""What the machine can do at best: each stage's own engine, alone, on the run's own sizes."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import duckdb  # noqa: E402
import lightgbm as lgb  # noqa: E402
import numpy as np  # noqa: E402
from implicit.als import AlternatingLeastSquares  # noqa: E402
from scipy import sparse  # noqa: E402

BARE_ROWS = 1_000_000
BARE_ROUNDS = 20
PREDICTED_ROWS = 200_000


@dataclass(frozen=True)
class Limit:
    """A stage beside its engine alone, in units per second.

    Attributes
    ----------
    stage : str
        The stage, as train.py or dbt call it.
    unit : str
        What is counted per second.
    ours, alone : float
        Units per second of the stage and of the engine without anything around it.
    """

    stage: str
    unit: str
    ours: float
    alone: float


def measure_limits(database: Path, log: Path, load_seconds: float) -> list[Limit]:
    """Measure every engine alone beside the last run of a database.

    Parameters
    ----------
    database : Path
        Holds a finished run.
    log : Path
        big_matrix.csv.
    load_seconds : float
        What dbt took to load that file into staging.
    """
    con = duckdb.connect(str(database), read_only=True)
    run_id, durations, parameters, counts = con.execute(
        "select run_id, durations, parameters, row_counts from ml.latest_run"
    ).fetchone()
    run = (json.loads(durations), json.loads(parameters), json.loads(counts))
    models = con.execute(
        "select round_count, model_text from ml.models where run_id = $run_id", {"run_id": run_id}
    ).fetchall()
    return [
        _reading(log, load_seconds),
        _factorising(con, *run),
        _boosting(models, *run),
        _predicting(models, *run),
    ]


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _reading(log: Path, load_seconds: float) -> Limit:
    con = duckdb.connect()
    read = "create temp table plain as from read_csv($path)"
    alone = _seconds(lambda: con.execute(read, {"path": str(log)}).fetchall())
    megabytes = log.stat().st_size / 1e6
    return Limit("loading big_matrix", "MB", megabytes / load_seconds, megabytes / alone)


def _factorising(
    con: duckdb.DuckDBPyConnection, durations: dict, parameters: dict, _counts: dict
) -> Limit:
    settings = parameters["candidates"]["als"]
    pairs = con.execute(
        "select user_id, video_id, watch_ratio_sum::float as weight from training.als_confidences"
    ).fetchnumpy()
    matrix = sparse.csr_matrix((pairs["weight"], (pairs["user_id"], pairs["video_id"])))
    model = AlternatingLeastSquares(
        factors=settings["factors"],
        regularization=settings["regularization"],
        iterations=settings["iterations"],
        num_threads=os.cpu_count(),
        random_state=0,
    )
    alone = _seconds(lambda: model.fit(matrix, show_progress=False))
    work = matrix.nnz * settings["iterations"]
    return Limit(
        "fitting candidates",
        "pairs x iterations",
        work / max(durations["Fitting candidates"], 0.01),
        work / alone,
    )


def _boosting(models: list[tuple], durations: dict, parameters: dict, counts: dict) -> Limit:
    """LightGBM on random numbers of the same shape; rounds that early stopping dropped count."""
    ranker = parameters["ranker"]
    features = lgb.Booster(model_str=models[0][1]).num_feature()
    rows = min(counts["train"], ranker["max_train_rows"] or counts["train"])
    bare_rows = min(rows, BARE_ROWS)
    rng = np.random.default_rng(0)
    matrix = rng.random((bare_rows, features), dtype=np.float32)
    settings = ranker["parameters"] | {"objective": "regression_l1", "verbose": -1}
    data = lgb.Dataset(matrix, rng.random(bare_rows), params=settings).construct()
    alone = _seconds(lambda: lgb.train(settings, data, BARE_ROUNDS))
    patience = ranker.get("early_stopping_rounds") or 0
    rounds = sum(min(count + patience, ranker["max_rounds"]) for count, _ in models)
    return Limit(
        "fitting the ranker",
        "rows x rounds",
        rows * rounds / durations["Fitting the ranker"],
        bare_rows * BARE_ROUNDS / alone,
    )


def _predicting(models: list[tuple], durations: dict, _parameters: dict, counts: dict) -> Limit:
    boosters = [lgb.Booster(model_str=text) for _, text in models]
    rng = np.random.default_rng(0)
    matrix = rng.random((PREDICTED_ROWS, boosters[0].num_feature()), dtype=np.float32)
    alone = _seconds(lambda: [booster.predict(matrix) for booster in boosters])
    rows = counts["holdout"] + counts["dense"]
    return Limit("predicting", "rows", rows / durations["Predicting"], PREDICTED_ROWS / alone)
