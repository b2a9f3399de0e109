"""Where the time of a command goes, and how much work an engine alone would have had."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
from reelrank.candidates import read_train_log
from reelrank.candidates.als import confidences
from reelrank.errors import UserError
from reelrank.presets.settings import AlsSettings

FILES = {
    "stg_interactions": "big_matrix.csv",
    "stg_dense_interactions": "small_matrix.csv",
    "stg_video_days": "item_daily_features.csv",
}


def last_run(con: duckdb.DuckDBPyConnection) -> dict:
    """Row of the latest training run: run_id, durations, parameters, row_counts."""
    found = con.execute(
        "select run_id, durations, parameters, row_counts from ml.latest_run"
    ).fetchone()
    return {
        "run_id": found[0],
        "durations": json.loads(found[1]),
        "parameters": json.loads(found[2]),
        "row_counts": json.loads(found[3]),
    }


def dbt_stages(data: Path, scale: str, seconds: dict[str, float]) -> list[dict]:
    """Stages of dbt: a model or test each; `work` is megabytes of the file for what reads one."""
    return [
        {
            "command": "dbt",
            "scale": scale,
            "name": name,
            "seconds": round(spent, 2),
            "work": round((data / FILES[name]).stat().st_size / 1e6) if name in FILES else None,
            "limit": "csv" if name in FILES else None,
        }
        for name, spent in seconds.items()
    ]


def training_stages(database: Path, scale: str) -> list[dict]:
    """Stages of the latest training run of a database; `work` in the unit of its limit.

    Raises
    ------
    UserError
        If there is none.
    """
    try:
        with duckdb.connect(str(database), read_only=True) as con:
            run = last_run(con)
            work = _work(con, run)
    except (duckdb.CatalogException, duckdb.IOException, TypeError) as error:
        raise UserError(
            f"{database} holds no training run.",
            "Measure part run or growth before; --home keeps its database.",
        ) from error
    return [
        {
            "command": "train.py, default preset",
            "scale": scale,
            "name": name,
            "seconds": seconds,
            **dict(zip(("work", "limit"), work.get(name, (None, None)), strict=True)),
        }
        for name, seconds in run["durations"].items()
    ]


def _work(con: duckdb.DuckDBPyConnection, run: dict) -> dict[str, tuple[float, str]]:
    """Work and the name of its limit, of the stages that are mostly one engine's."""
    preset, counts = run["parameters"], run["row_counts"]
    log = read_train_log(con)
    pairs = confidences(log, AlsSettings(**preset["candidates"]["als"])).nnz
    ranker = preset["ranker"]
    rounds = [
        count
        for (count,) in con.execute(
            "select round_count from ml.models"
            " where run_id = $run_id and list_contains($heads, head)",
            {"run_id": run["run_id"], "heads": ranker["heads"]},
        ).fetchall()
    ]
    fits = 2 if ranker["early_stopping_rounds"] and ranker["refit"] else 1
    patience = ranker["early_stopping_rounds"] * len(rounds)
    fitted_rows = min(counts["train"], ranker["max_train_rows"])
    return {
        "Fitting candidates": (pairs * preset["candidates"]["als"]["iterations"], "als"),
        "Fitting the ranker": (fitted_rows * (fits * sum(rounds) + patience), "boosting"),
        "Predicting": (counts["holdout"] + counts["dense"], "predicting"),
        "Recommending": (counts["users"] * preset["candidates"]["count"], "predicting"),
    }
