"""Builds the database that the tests of answers and report ask: made up, of any size."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import jinja2
from reelrank.publication.macros import create_macros

ROOT = Path(__file__).resolve().parents[2]
ASKING = ROOT / "dbt_project" / "macros" / "asking"
SCHEMA = ROOT / "models_py" / "reelrank" / "publication" / "schema.sql"


@dataclass(frozen=True)
class Size:
    """How large a made-up database is."""

    users: int = 60
    videos: int = 240
    views_per_user: int = 80
    candidates: int = 120
    dense_users: int = 20


def dbt_statement(name: str) -> str:
    """Return the SQL of a dbt macro that takes no arguments, rendered without dbt."""
    for path in sorted(ASKING.glob("*.sql")):
        module = jinja2.Template(path.read_text("utf-8"), extensions=["jinja2.ext.do"]).module
        if hasattr(module, name):
            return getattr(module, name)()
    raise LookupError(name)


def create_dbt_answers(con: duckdb.DuckDBPyConnection) -> None:
    """Create what `dbt run` creates at its end."""
    for name in ("videos_view", "user_profile", "video_profile", "data_quality"):
        con.execute(dbt_statement(f"create_{name}"))


def build(path: Path, size: Size) -> Path:
    """Write a database file as dbt and training leave it."""
    with duckdb.connect(path) as con:
        con.execute(SCHEMA.read_text("utf-8"))
        for name, value in vars(size).items():
            con.execute(f"set variable {name} = {value}")
        con.execute((Path(__file__).parent / "synthetic.sql").read_text("utf-8"))
        create_dbt_answers(con)
        create_macros(con)
    return path
