"""SQL of the project's macros without dbt, to be tried on many values at once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import duckdb
import jinja2

MACROS = Path(__file__).resolve().parents[2] / "dbt_project" / "macros"
FOLDERS = ("reading", "typing", "looking", "engine")
OF_DBT_ALONE = "builds.sql"  # has tags that only dbt knows
SETTINGS = {"local_timezone": "Asia/Shanghai", "timestamp_timezone": ""}


class DuckDB:
    """What dbt's adapter is to the macros: of each that engines differ in, it takes DuckDB's."""

    def use(self, macros: object) -> None:
        self.macros = macros

    def dispatch(self, name: str) -> Callable[..., str]:
        return getattr(self.macros, f"default__{name}")


@functools.cache
def _project_macros() -> jinja2.Environment:
    files = [path for folder in FOLDERS for path in sorted((MACROS / folder).glob("*.sql"))]
    texts = {
        "macros": "\n".join(path.read_text("utf-8") for path in files if path.name != OF_DBT_ALONE)
    }
    return jinja2.Environment(extensions=["jinja2.ext.do"], loader=jinja2.DictLoader(texts))


@functools.cache
def _connection() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("set timezone = 'America/New_York'; set threads = 1")
    return con


@functools.cache
def rendered(call: str, **settings: str) -> str:
    """SQL that a call like "instant('t', 'iso')" gives, under these dbt variables.

    Macros that ask the database or give back Jinja values need dbt itself.
    """
    template = _project_macros().from_string(
        "{% import 'macros' as project with context %}{% do adapter.use(project) %}"
        f"{{{{ project.{call} }}}}"
    )
    context = {"adapter": DuckDB(), "return": lambda value: value, "execute": False}
    return template.render(var=(SETTINGS | settings).get, **context).strip()


def values_of(call: str, texts: list[str | None], **settings: str) -> list[object]:
    """What the SQL of a call gives for each text in column t."""
    rows = (
        _connection()
        .execute(
            f"select {rendered(call, **settings)}"
            " from (select unnest($texts::varchar[]) as t, generate_subscripts($texts, 1) as place)"
            " order by place",
            {"texts": texts},
        )
        .fetchall()
    )
    return [value for (value,) in rows]
