"""Whoever opens the docs or the database finds every table and column explained."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

import duckdb

REPO_ROOT = Path(__file__).resolve().parents[2]
PYTHON = REPO_ROOT / "models_py"
ROOMS = ("raw", "staging", "features", "training")
OWN_TABLES = {("staging", "build_state")}  # kept by hooks, not by a model


def read_json(path: Path) -> dict:
    return json.loads(path.read_text())


def features_described(models: dict) -> set[str]:
    """Name the features; each is described once, with the model that it comes from."""
    return {
        name
        for node in models.values()
        for name, column in node["columns"].items()
        if column["description"] and "feature" in column["config"]["meta"]
    }


def test_every_model_and_column_is_described(tiny_docs: Path) -> None:
    manifest = read_json(tiny_docs / "manifest.json")["nodes"]
    catalog = read_json(tiny_docs / "catalog.json")["nodes"]
    models = {key: node for key, node in manifest.items() if key.startswith("model.")}
    assert len(models) > 30
    undescribed = [node["name"] for node in models.values() if not node["description"]]
    assert undescribed == []
    # the catalog holds tables and views, not questions
    models = {
        key: node
        for key, node in models.items()
        if node["config"]["materialized"] != "table_function"
    }
    assert set(models) == set(catalog) - {key for key in catalog if key not in models}
    missing = []
    features = features_described(models)
    for key, node in models.items():
        described = {name for name, column in node["columns"].items() if column["description"]}
        actual = {name.lower() for name in catalog[key]["columns"]}
        if node["name"] == "ranker_rows":
            actual -= features - described
        missing += [f"{node['name']}.{name}" for name in sorted(actual ^ described)]
    assert missing == []


def test_what_people_and_programs_read_has_an_enforced_contract(tiny_docs: Path) -> None:
    manifest = read_json(tiny_docs / "manifest.json")["nodes"]
    tables = [
        node
        for key, node in manifest.items()
        if key.startswith("model.")
        and node["schema"] != "raw"
        and "typed" not in node["fqn"]
        and node["config"]["materialized"] == "table"
    ]
    assert len(tables) > 20
    assert [node["name"] for node in tables if not node["contract"]["enforced"]] == []


def test_views_that_no_preset_reads_are_tested_only_where_they_are_stored(tiny_docs: Path) -> None:
    manifest = read_json(tiny_docs / "manifest.json")
    extended = [
        node
        for node in [*manifest["nodes"].values(), *sum(manifest["disabled"].values(), [])]
        if node["resource_type"] == "test" and "features/extended" in node["original_file_path"]
    ]
    assert len(extended) > 10
    assert [node["name"] for node in extended if node["config"]["enabled"]] == []


def relations_in(files: Iterable[Path], models: set[str]) -> set[str]:
    """Name the models that code reads, by the names of their tables."""
    named = re.compile(r"\b(?:staging|features|training|main)\.(\w+)")
    return {name for file in files for name in named.findall(file.read_text())} & models


def test_the_job_and_the_report_are_exposures_of_all_that_they_read(tiny_docs: Path) -> None:
    manifest = read_json(tiny_docs / "manifest.json")
    models = {
        node["name"]
        for key, node in manifest["nodes"].items()
        if key.startswith("model.") and node["config"]["materialized"] != "table_function"
    }
    exposed = {
        exposure["name"]: {key.split(".")[-1] for key in exposure["depends_on"]["nodes"]}
        for exposure in manifest["exposures"].values()
    }
    assert set(exposed) == {"training", "report"}
    code = {*PYTHON.rglob("*.py"), *PYTHON.rglob("*.sql")}
    report = {file for file in code if "reelrank/report/" in file.as_posix()}
    assert relations_in(report, models) - exposed["report"] == set()
    assert relations_in(code - report, models) - exposed["training"] <= {"load_report"}


def test_descriptions_are_comments_in_the_database(tiny_docs: Path) -> None:
    with duckdb.connect(str(tiny_docs / "tiny.duckdb"), read_only=True) as con:
        uncommented = con.execute(
            "select schema_name, table_name, column_name from duckdb_columns()"
            " where list_contains($rooms, schema_name) and comment is null"
            " and not internal order by all",
            {"rooms": list(ROOMS)},
        ).fetchall()
        tables = con.execute(
            "select schema_name, table_name from duckdb_tables()"
            " where list_contains($rooms, schema_name) and comment is null",
            {"rooms": list(ROOMS)},
        ).fetchall()
    assert [row for row in uncommented if row[:2] not in OWN_TABLES] == []
    assert set(tables) <= OWN_TABLES
