"""What a published run was judged by, made again from schema ml."""

import duckdb

from reelrank.errors import UserError
from reelrank.evaluation.judge import Judge, prepare
from reelrank.warehouse.sql import read_sql

PARTS = ("predictions", "user_factors", "video_factors")


def restore_judge(con: duckdb.DuckDBPyConnection, run_id: str, seed: int) -> Judge:
    """Make temp tables run_predictions, run_user_factors, run_video_factors, and read them.

    Raises
    ------
    UserError
        If the run keeps no predictions any more.
    """
    for name in PARTS:
        con.execute(read_sql(f"evaluation/sql/restored_{name}.sql"), {"run_id": run_id})
    if not con.execute("from run_predictions limit 1").fetchone():
        raise UserError(
            f"Run {run_id} keeps no predictions: a later run of its preset has them.",
            "Take the latest run: leave out --run-id.",
        )
    return prepare(con, seed)
