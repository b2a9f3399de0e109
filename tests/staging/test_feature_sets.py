"""Feature sets: rows join the models behind the set, no others, and never repeat an event."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import pytest
from workbench import Job

SETS = ("default", "extended", "reference")
KEYS = "dataset, user_id, video_id, event_unix_ms, nth_watch"


@pytest.fixture
def con(job: Job) -> duckdb.DuckDBPyConnection:
    with duckdb.connect(str(job.database), read_only=True) as con:
        yield con


def test_every_set_of_the_catalog_is_tested_here(con: duckdb.DuckDBPyConnection) -> None:
    found = con.execute(
        "select distinct unnest(feature_sets) as name from training.feature_catalog order by name"
    ).fetchall()
    assert [name for (name,) in found] == list(SETS)


@pytest.mark.parametrize("feature_set", SETS)
def test_a_set_says_what_all_ranker_rows_say(con, feature_set) -> None:
    features = con.execute(
        "select string_agg(feature_name, ', ') from training.feature_catalog"
        " where list_contains(feature_sets, ?) and source_model not like 'ml.%'",
        [feature_set],
    ).fetchone()[0]
    wanted = f"select {KEYS}, {features} from"
    rows = f"training.ranker_features_{feature_set}('training.ranker_moments')"
    difference = f"{wanted} {rows} except all {wanted} training.ranker_rows"
    assert (
        con.execute(f"select count(*) from {rows}").fetchone()
        == con.execute("select count(*) from training.ranker_rows").fetchone()
    )
    assert con.execute(difference).fetchall() == []


@pytest.mark.parametrize("feature_set", SETS)
def test_a_set_joins_the_models_that_carry_it_and_no_others(con, feature_set) -> None:
    sources = con.execute(
        "select distinct source_model from training.feature_catalog"
        " where list_contains(feature_sets, ?) and source_model like 'features.%'",
        [feature_set],
    ).fetchall()
    carrying = {name.removeprefix("features.") for (name,) in sources}
    (definition,) = con.execute(
        "select macro_definition from duckdb_functions() where function_name = ?",
        [f"ranker_features_{feature_set}"],
    ).fetchone()
    joined = set(re.findall(r"\bfeatures\.(\w+)", definition))
    assert len(joined) > 2
    assert joined == carrying | {"video_profiles"}  # it tells author, tag and category


def test_models_that_only_the_extended_set_needs_are_views_until_asked_for(tiny_docs, con) -> None:
    nodes = json.loads((tiny_docs / "manifest.json").read_text())["nodes"]
    catalog = con.execute(
        "select source_model, list_distinct(flatten(list(feature_sets)))"
        " from training.feature_catalog where source_model like 'features.%' group by all"
    ).fetchall()
    only_extended = {name for name, sets in catalog if sets == ["extended"]}
    views = {
        f"features.{node['name']}"
        for node in nodes.values()
        if "/features/extended/" in node["original_file_path"]
        and node["config"]["materialized"] == "view"
    }
    assert len(views) == 10
    assert only_extended == views - {"features.friend_events"}


def test_the_key_of_every_joined_model_is_kept_unique(tiny_docs: Path) -> None:
    nodes = json.loads((tiny_docs / "manifest.json").read_text())["nodes"]
    keys = {
        name: set(node["config"]["meta"]["joins_on"])
        for name, node in nodes.items()
        if "joins_on" in node["config"]["meta"]
    }
    assert len(keys) > 15
    tested = {(node["attached_node"], frozenset(key)) for node, key in _unique_keys(nodes)}
    untested = {name for name, key in keys.items() if (name, frozenset(key)) not in tested}
    stored = {name for name in untested if nodes[name]["config"]["materialized"] == "table"}
    assert stored == set()


def _unique_keys(nodes: dict) -> list[tuple[dict, list[str]]]:
    """List the tests that keep a key unique, each with the columns of the key."""
    found = []
    for node in nodes.values():
        test = node.get("test_metadata") or {"name": None, "kwargs": {}}
        given = test["kwargs"]
        if test["name"] == "unique":
            found.append((node, [node["column_name"]]))
        elif test["name"] == "unique_combination":
            found.append((node, given["columns"]))
        elif test["name"] == "states_do_not_overlap":
            found.append((node, given["keys"]))
    return found
