"""The questions of schema main, made without dbt."""

from pathlib import Path

import duckdb
import jinja2
import yaml

ROOT = Path(__file__).resolve().parents[1]
MAIN = ROOT / "dbt_project" / "models" / "main"
MACROS = ROOT / "dbt_project" / "macros" / "main" / "questions.sql"
FOLDING, PARTS = MACROS.with_name("folding.sql"), MACROS.with_name("pair_parts.sql")
IDS = MACROS.with_name("ids.sql")
DURATIONS = MACROS.parents[1] / "duration_buckets.sql"
VARS = yaml.safe_load((ROOT / "dbt_project.yml").read_text("utf-8"))["vars"]
SCHEMAS = {
    path.stem: path.relative_to(ROOT / "dbt_project" / "models").parts[0]
    for path in (ROOT / "dbt_project" / "models").rglob("*.sql")
}


def model(name: str) -> tuple[str, list[str]]:
    """Return the SQL of a model of schema main, rendered without dbt, and its parameters."""
    path = next(MAIN.rglob(f"{name}.sql"))
    text = "".join(file.read_text("utf-8") for file in (MACROS, FOLDING, PARTS, DURATIONS, path))
    parameters: list[str] = []

    def config(**given: list[str]) -> str:
        parameters.extend(given.get("parameters", []))
        return ""

    sql = jinja2.Template(text).render(
        config=config,
        var=lambda name: VARS[name],
        ref=lambda of: f"{SCHEMAS[of]}.{of}",
        source=lambda schema, table: f"{schema}.{table}",
    )
    return sql, parameters


def create_id_macros(con: duckdb.DuckDBPyConnection, ids_are_numbers: bool) -> None:
    """Create the macros between ids and keys, as `dbt run` does for such ids."""
    template = jinja2.Template(IDS.read_text("utf-8"), extensions=["jinja2.ext.do"])
    module = template.make_module({"ids_are_numbers": lambda _entity: ids_are_numbers})
    con.execute(module.create_id_macros())


def create_dbt_answers(con: duckdb.DuckDBPyConnection, ids_are_numbers: bool = True) -> None:
    """Create the models of schema main, as `dbt run` does."""
    create_id_macros(con, ids_are_numbers)
    con.execute(f"create or replace view main.videos as {model('videos')[0]}")
    create_questions(con, *sorted(path.stem for path in (MAIN / "questions").glob("*.sql")))


def create_questions(con: duckdb.DuckDBPyConnection, *names: str) -> None:
    """Create the questions named."""
    for name in names:
        sql, parameters = model(name)
        question = f"{name}({', '.join(parameters)})"
        con.execute(f"create or replace macro main.{question} as table ({sql})")
        con.execute(f"comment on macro table main.{name} is '{question}'")
