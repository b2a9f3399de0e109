"""What each stage of a command worked through, in units that an engine alone can be held to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb
from reelrank.errors import UserError

FILES = {
    "stg_interactions": "big_matrix.csv",
    "stg_dense_interactions": "small_matrix.csv",
    "stg_video_days": "item_daily_features.csv",
}


@dataclass(frozen=True)
class Stage:
    """One stage of a command.

    Attributes
    ----------
    rows, row_unit : int, str
        What it makes or reads, for rows per second and for growth.
    work, limit : float, str
        The same in the unit of the limit of that name (see limits.py); 0 and "" where there is
        no single engine to hold it to.
    """

    command: str
    scale: str
    name: str
    seconds: float
    rows: int
    row_unit: str
    work: float = 0.0
    limit: str = ""


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


def dbt_stages(database: Path, data: Path, scale: str, seconds: dict[str, float]) -> list[Stage]:
    """Stages of dbt run: the rows of each table; megabytes of the file for what reads one."""
    with duckdb.connect(str(database), read_only=True) as con:
        counts = dict(
            con.execute(
                "select table_name, estimated_size from duckdb_tables()"
                " where schema_name in ('staging', 'features', 'training')"
            ).fetchall()
        )
    stages = []
    for name, spent in seconds.items():
        file = data / FILES.get(name, "")
        work, limit = (file.stat().st_size / 1e6, "csv") if name in FILES else (0.0, "")
        spent = round(spent, 2)
        stages.append(
            Stage("dbt run", scale, name, spent, counts.get(name, 0), "rows", work, limit)
        )
    return stages


def training_stages(database: Path, scale: str) -> list[Stage]:
    """Stages of the latest training run of a database.

    Raises
    ------
    UserError
        If there is none.
    """
    try:
        with duckdb.connect(str(database), read_only=True) as con:
            run = last_run(con)
            work = _training_work(con, run)
    except (duckdb.CatalogException, duckdb.IOException, TypeError) as error:
        raise UserError(
            f"{database} holds no training run.",
            "Measure a part that trains before: run or default; --home keeps its database.",
        ) from error
    command = f"train.py, {run['parameters']['name']} preset"
    return [
        Stage(command, scale, name, seconds, *work[name])
        for name, seconds in run["durations"].items()
        if name in work
    ]


def _training_work(con: duckdb.DuckDBPyConnection, run: dict) -> dict[str, tuple]:
    """Rows, their unit, and the work beside a limit of every stage."""
    preset, counts = run["parameters"], run["row_counts"]
    pairs = con.execute("select count(*) from training.als_confidences").fetchone()[0]
    candidates = counts["users"] * preset["candidates"]["count"]
    explained = counts["users"] * preset["recommendations"]["explained_count"]
    predicted = counts["holdout"] + counts["dense"]
    fitted_rows = min(counts["train"], preset["ranker"]["max_train_rows"])
    als_work = pairs * preset["candidates"]["als"]["iterations"]
    return {
        "Reading the train log": (pairs, "pairs"),
        "Fitting candidates": (pairs, "pairs", als_work, "als"),
        "Proposing candidates": (candidates, "candidates of a source"),
        "Fitting embeddings": (pairs, "pairs", _embedding_work(pairs, preset), "als"),
        "Fitting the ranker": (
            fitted_rows, "rows", _boosting_work(con, run, fitted_rows), "boosting"
        ),
        "Predicting": (predicted, "rows", predicted, "predicting"),
        "Recommending": (candidates, "candidates", candidates, "predicting"),
        "Explaining": (explained, "explanations"),
        "Judging": (predicted, "predictions"),
        "Publishing": (predicted + candidates, "rows"),
    }  # fmt: skip


def _embedding_work(pairs: int, preset: dict) -> float:
    """Pairs x iterations of ALS over the blocks, of which the i-th knows about i of all rows."""
    settings = preset["embeddings"]
    if settings is None:
        return 0.0
    return pairs * (settings["blocks"] + 1) / 2 * settings["als"]["iterations"]


def _boosting_work(con: duckdb.DuckDBPyConnection, run: dict, rows: int) -> float:
    """Rows x rounds: those that early stopping looked at in vain, and the refit, count too."""
    ranker = run["parameters"]["ranker"]
    rounds = [
        count
        for (count,) in con.execute(
            "select round_count from ml.models where run_id = $run_id", {"run_id": run["run_id"]}
        ).fetchall()
    ]
    if not ranker["early_stopping_rounds"]:
        return float(rows * sum(rounds))
    (share,) = con.execute(
        "select count(*) filter (where event_on <= last_on - $days) / count(*) from ("
        " select event_on, max(event_on) over () as last_on"
        " from training.interactions where split = 'train')",
        {"days": ranker["validation_days"]},
    ).fetchone()
    patience, most = ranker["early_stopping_rounds"], ranker["max_rounds"]
    validated = sum(min(count + patience, most) for count in rounds) * share
    return rows * (validated + (sum(rounds) if ranker["refit"] else 0))
