"""The page 'Add a feature', followed to the letter on a copy of the project, and planted leaks."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest
from check_leakage import build, choose_cutoff, run_experiment
from reelrank.errors import UserError
from workbench import dbt_alone, train

PAGE = "docs/add_a_feature.md"
NEW_FEATURE = "user_views_last_active_day"
PLANTED = {"planted_video_mean", "planted_user_views_same_day"}

PLANTED_SQL = """
select
    user_id,
    event_on,
    cast(count(*) filter (where is_long_view) as integer) as planted_user_views_same_day
from {{ ref('interactions') }}
group by all
"""
PLANTED_WHOLE_LOG_SQL = """
select
    video_id,
    cast(avg(log_play_seconds_e4) as float) as planted_video_mean
from {{ ref('interactions') }}
group by all
"""
PLANTED_YAML = """
models:
  - name: planted_same_day
    config: {meta: {joins_on: [user_id, event_on], feature_group: planted, feature_sets: [default]}}
    columns:
      - {name: planted_user_views_same_day, config: {meta: {feature: numerical}}}
  - name: planted_whole_log
    config: {meta: {joins_on: [video_id], feature_group: planted, feature_sets: [default]}}
    columns:
      - {name: planted_video_mean, config: {meta: {feature: numerical}}}
"""


@pytest.fixture(scope="module")
def project(repo_root, tmp_path_factory) -> Path:
    """A copy of the project with the page's feature and two planted leaks."""
    copy = tmp_path_factory.mktemp("project")
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(repo_root / name, copy / name)
    for name in ("dbt_project", "models_py", "scripts"):
        shutil.copytree(repo_root / name, copy / name)
    follow_page(repo_root / PAGE, copy)
    plant_leaks(copy)
    return copy


def follow_page(page: Path, project: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for path, body in re.findall(r"^`(dbt_project/\S+)`\n\n```\w+\n(.*?)^```", text, re.M | re.S):
        (project / path).write_text(body, encoding="utf-8")
    line = re.search(r"^```jinja\n(.*?)^```", text, re.M | re.S)[1]
    add_to_list(project, line)


def plant_leaks(project: Path) -> None:
    features = project / "dbt_project/models/features"
    (features / "planted_same_day.sql").write_text(PLANTED_SQL)
    (features / "planted_whole_log.sql").write_text(PLANTED_WHOLE_LOG_SQL)
    (features / "planted.yml").write_text(PLANTED_YAML)
    add_to_list(project, "        'planted_same_day',\n        'planted_whole_log',\n")


def add_to_list(project: Path, line: str) -> None:
    macro = project / "dbt_project/macros/feature_catalog.sql"
    text = macro.read_text(encoding="utf-8")
    assert text.count("\n    ] %}\n") == 1
    macro.write_text(text.replace("\n    ] %}\n", f"\n{line}    ] %}}\n"), encoding="utf-8")


@pytest.fixture(scope="module")
def experiment(project, tiny_source, tmp_path_factory) -> tuple[Path, list]:
    folder = tmp_path_factory.mktemp("experiment")
    return folder, run_experiment(tiny_source, project, folder)


@pytest.mark.slow
def test_no_feature_of_the_project_knows_the_future(experiment):
    leaks = {f.name for f in experiment[1] if f.changed_rows and not f.is_declared_leaky}
    assert leaks - PLANTED == set()


@pytest.mark.slow
def test_planted_features_that_know_the_future_are_caught(experiment):
    leaks = {f.name for f in experiment[1] if f.changed_rows and not f.is_declared_leaky}
    assert leaks >= PLANTED


@pytest.mark.slow
def test_features_declared_leaky_really_know_the_future(experiment):
    changed = {f.name for f in experiment[1] if f.changed_rows and f.is_declared_leaky}
    assert "daily_completion_rate" in changed


@pytest.mark.slow
def test_the_past_is_long_enough_to_mean_something(experiment):
    folder, _ = experiment
    day, _ = choose_cutoff(folder / "honest.duckdb")
    with duckdb.connect(str(folder / "honest.duckdb"), read_only=True) as con:
        known = con.execute(
            "select avg(cast(user_view_count > 0 as integer)) from training.ranker_rows "
            "where dataset = 'train' and as_of_date <= cast(? as date)",
            [day],
        ).fetchone()[0]
    assert known > 0.5


@pytest.mark.slow
def test_what_the_page_promises_of_its_model_is_tested_and_holds(project, experiment):
    folder, _ = experiment
    database = shutil.copy(folder / "honest.duckdb", folder / "built.duckdb")
    tested = dbt_alone(
        "test", "--select", "user_last_day", "--target-path", str(folder / "target"),
        database=database, data=folder / "tampered", cwd=project,
    )  # fmt: skip
    assert tested.returncode == 0, tested.stdout
    assert "PASS unique_combination_user_last_day" in tested.stdout


@pytest.mark.slow
def test_the_new_feature_reaches_the_importances_without_a_line_of_python(
    project, experiment, tmp_path
):
    database = experiment[0] / "honest.duckdb"
    text = (project / "models_py/reelrank/presets/default.toml").read_text(encoding="utf-8")
    assert "max_rounds = 500" in text
    preset = tmp_path / "quick.toml"
    preset.write_text(text.replace("max_rounds = 500", "max_rounds = 20"), encoding="utf-8")
    trained = train(database, "--resamples", "100", "--preset", str(preset), cwd=project)
    assert trained.returncode == 0, trained.stderr
    with duckdb.connect(str(database), read_only=True) as con:
        found = con.execute(
            "select count(*) from ml.feature_importances where feature = ?", [NEW_FEATURE]
        ).fetchone()[0]
    assert found > 0


@pytest.mark.slow
def test_a_build_that_fails_is_reported_in_words(project, experiment, tmp_path):
    with pytest.raises(UserError, match="dbt run failed"):
        build(
            project, tmp_path / "nowhere", experiment[0] / "built.duckdb", experiment[0] / "target"
        )
