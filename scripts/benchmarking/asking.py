"""How long answers take: every question through the duckdb command line, and one user's list."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

import duckdb
from reelrank.errors import UserError
from reelrank.warehouse.connection import open_for_reading

LIMIT_MS = 200  # of a question from a cold start, on a machine that is not busy
COLD_USER = """
import sys
from pathlib import Path
from reelrank.serving import load_run, recommend_for_user
from reelrank.warehouse.connection import open_for_reading
with open_for_reading(Path(sys.argv[1]), 1, "1GB") as con:
    print(recommend_for_user(con, load_run(con), int(sys.argv[2])).num_rows)
"""


def time_answers(database: Path, repeats: int) -> list[dict[str, object]]:
    """Time every question cold, as a new process of the command line, and warm.

    Returns
    -------
    list of dict
        question, cold_ms, warm_ms: medians of `repeats`.
    """
    with open_for_reading(database, 2, "1GB") as con:
        asked = questions(con)
        warm = {q: [_ms(lambda q=q: con.execute(q).fetchall()) for _ in range(repeats + 1)]
                for q in asked}  # fmt: skip
    cli = Path(sys.executable).with_name("duckdb")
    return [
        {
            "question": question.removeprefix("from "),
            "cold_ms": _median_ms([cli, "-readonly", database, question], repeats),
            "warm_ms": round(statistics.median(warm[question][1:])),
        }
        for question in asked
    ]


def questions(con: duckdb.DuckDBPyConnection) -> list[str]:
    """One question per macro, about a user and a video that the latest run knows.

    Raises
    ------
    UserError
        If nothing was recommended yet.
    """
    user, video = _someone(con)
    return [
        f"from {question}"
        for question in (
            f"recommend({user}, 10)",
            f"candidates({user}, 50)",
            f"similar_videos({video}, 10)",
            f"similar_users({user}, 10)",
            f"user_profile({user})",
            f"video_profile({video})",
            f"explain({user}, {video})",
            "leaderboard()",
            "data_quality()",
        )
    ]


def time_one_user(database: Path, repeats: int) -> dict[str, int]:
    """Milliseconds for scoring one user's candidates again from what the run stored.

    Returns
    -------
    dict
        cold: from the start of a process, imports, trees and vectors included; warm.
    """
    from reelrank.serving import load_run, recommend_for_user  # its imports take seconds

    with open_for_reading(database, 1, "1GB") as con:
        user, _ = _someone(con)
        served = load_run(con)
        warm = [_ms(lambda: recommend_for_user(con, served, user)) for _ in range(repeats + 1)]
    cold = _median_ms([sys.executable, "-c", COLD_USER, database, str(user)], repeats)
    return {"cold": cold, "warm": round(statistics.median(warm[1:]))}


def _someone(con: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    found = con.execute(
        "select user_id, video_id from ml.recommendations where rank = 1"
        " and run_id = (select run_id from ml.latest_run) order by user_id"
        " limit 1 offset (select count(*) // 2 from staging.stg_users)"
    ).fetchone()
    if found is None:
        raise UserError("The latest run has no recommendations.", "Measure part run before.")
    return found


def _median_ms(command: list[str | Path], repeats: int) -> int:
    def ask() -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    return round(statistics.median(_ms(ask) for _ in range(repeats)))


def _ms(work: object) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)
