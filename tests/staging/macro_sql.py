"""SQL of the project's macros without dbt, to be tried on many values at once."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import jinja2

MACROS = Path(__file__).resolve().parents[2] / "dbt_project" / "macros"
FILES = ("reading/*.sql", "typing/*.sql", "looking/*.sql", "engine/*.sql")
OF_DBT_ALONE = ("builds.sql", "tables.sql")  # have tags that only dbt knows
SETTINGS = {"local_timezone": "Asia/Shanghai", "timestamp_timezone": ""}


class DuckDB:
    """What dbt's adapter is to the macros: of each that engines differ in, it takes DuckDB's."""

    def use(self, macros: object) -> None:
        self.macros = macros

    def dispatch(self, name: str) -> Callable[..., str]:
        return getattr(self.macros, f"default__{name}")


@functools.cache
def _project_macros(patterns: tuple[str, ...] = FILES) -> jinja2.Environment:
    files = [path for pattern in patterns for path in sorted(MACROS.glob(pattern))]
    texts = {
        "macros": "\n".join(
            path.read_text("utf-8") for path in files if path.name not in OF_DBT_ALONE
        )
    }
    return jinja2.Environment(extensions=["jinja2.ext.do"], loader=jinja2.DictLoader(texts))


def rendered_model(path: Path, macros: tuple[str, ...], **context: object) -> str:
    """SQL of a model, with the macros of some files and DuckDB's of those that engines have."""
    project = _project_macros(("engine/*.sql", *macros))
    names = re.findall(r"{%-? macro (\w+)", project.loader.get_source(project, "macros")[0])
    template = project.from_string(
        "{% import 'macros' as project with context %}{% do adapter.use(project) %}"
        f"{{% from 'macros' import {', '.join(names)} with context %}}{path.read_text('utf-8')}"
    )
    return template.render(adapter=DuckDB(), **{"return": lambda value: value}, **context)


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
