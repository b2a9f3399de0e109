"""Builds the database that the tests of answers and report ask: made up, of any size."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
from reelrank.publication import prepare_results
from rendered_questions import ROOT, create_dbt_answers


@dataclass(frozen=True)
class Size:
    """How large a made-up database is."""

    users: int = 60
    videos: int = 240
    views_per_user: int = 80
    candidates: int = 120
    dense_users: int = 20


def build(path: Path, size: Size) -> Path:
    """Write a database file as dbt and training leave it."""
    with duckdb.connect(path) as con:
        prepare_results(con)
        for name, value in vars(size).items():
            con.execute(f"set variable {name} = {value}")
        for name in ("show/synthetic.sql", "boundary_videos.sql"):
            con.execute((ROOT / "tests" / name).read_text("utf-8"))
        create_dbt_answers(con)
    return path
