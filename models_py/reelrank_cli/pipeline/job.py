"""The steps of the job in order; each is skipped while what it was made from is unchanged."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from reelrank.errors import UserError
from reelrank.extensions import registered_versions
from reelrank.presets import read_toml
from reelrank.progress import say

from reelrank_cli import ROOT
from reelrank_cli.pipeline.commands import run_visibly
from reelrank_cli.pipeline.dbt_build import build_tables, reading_the_project
from reelrank_cli.pipeline.look import print_look
from reelrank_cli.pipeline.options import Options
from reelrank_cli.pipeline.settings import dbt_variables
from reelrank_cli.pipeline.source import Source, choose_source, is_own_log, simulate
from reelrank_cli.pipeline.state import (
    MODEL_CODE,
    REPORT_CODE,
    TABLE_CODE,
    alone,
    built_at,
    fingerprint_of_code,
    fingerprint_of_data,
    latest_run,
    remember,
    remembered,
)


@dataclass
class Job:
    """What was asked, and how long each step took."""

    options: Options
    # what was said about the log, for dbt
    variables: dict[str, object]
    seconds: dict[str, float] = field(default_factory=dict)
    reused: list[str] = field(default_factory=list)

    @contextmanager
    def step(self, name: str, what: str):
        """Say what begins, and keep the time it took."""
        say(f"{name}: {what}")
        began = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - began

    def skip(self, name: str, why: str) -> None:
        """Say what is reused."""
        say(f"{name}: {why}")
        self.reused.append(name)


def run(options: Options) -> None:
    """Do what is not current, then print the results.

    Raises
    ------
    UserError
        Whatever the user can fix; results of earlier runs are then untouched.
    """
    _check_place(options.database)
    for preset in presets_of(options):
        read_toml(preset)  # a wrong name is reported now, not after the build
    source = choose_source(options)
    variables = dbt_variables(source.folder, options.said_of_log)
    if options.dry_run:
        _say_plan(options, source, variables)
        return
    with alone(options.database):
        job = Job(options, variables)
        began = time.monotonic()
        _provide_data(job, source)
        _build(job, source)
        for preset in presets_of(options):
            _train(job, preset)
        _write_report(job)
        # only now: what it reads results with takes 100 MB, which training needs
        from reelrank_cli.pipeline.summary import print_summary

        print_summary(options, job.seconds, job.reused, time.monotonic() - began)


def presets_of(options: Options) -> list[str]:
    """Name the presets to train, the one whose results are shown last."""
    return ["reference", "default"] if options.preset == "both" else [options.preset]


def _provide_data(job: Job, source: Source) -> None:
    if source.to_simulate:
        options = job.options
        with (
            job.step("data", f"simulating KuaiRec, scale {options.scale}, seed {options.seed}"),
            reading_the_project(source.folder, options.database, job.variables),
        ):
            simulate(options)
    else:
        say(f"data: taken from {source.folder}")


def _build(job: Job, source: Source) -> None:
    options = job.options
    made_from = table_fingerprint(source.folder, job.variables)
    again = options.force or options.move_boundary
    if not again and _tables_are_current(options.database, made_from):
        job.skip("tables", "current, reused")
        return
    with job.step("tables", f"dbt build into {options.database}"):
        build_tables(
            source.folder,
            options.database,
            job.variables | {"move_boundary": True} if options.move_boundary else job.variables,
            from_nothing=options.force,
        )
    remember(options.database, "tables", f"{made_from} {built_at(options.database)}")


def _train(job: Job, preset: str) -> None:
    options = job.options
    made_from = training_fingerprint(options, preset)
    if not options.force and run_is_current(options, preset, made_from):
        job.skip(f"training {preset}", "current, reused")
        return
    command = [sys.executable, ROOT / "models_py" / "train.py", "--db", options.database]
    command += ["--preset", preset, "--seed", str(options.seed)]
    with job.step(f"training {preset}", "candidates, ranker, lists, metrics"):
        run_visibly(
            command, "training", f"Run this again, or: bash scripts/run.sh --preset {preset}"
        )
    run_id = _latest_run(options, preset)
    remember(options.database, f"training {preset}", f"{made_from} {run_id}")


def _write_report(job: Job) -> None:
    options = job.options
    runs = [_latest_run(options, preset) for preset in presets_of(options)]
    made_from = f"{fingerprint_of_code(REPORT_CODE)} {options.report} {runs}"
    is_current = remembered(options.database).get("report") == made_from
    if not options.force and is_current and options.report.is_file():
        job.skip("report", "current, reused")
        return
    command = [sys.executable, ROOT / "models_py" / "report.py"]
    command += ["--db", options.database, "--out", options.report]
    with job.step("report", f"writing {options.report}"):
        run_visibly(command, "the report", "Run this again.")
    remember(options.database, "report", made_from)


def table_fingerprint(folder: Path, variables: dict[str, object]) -> str:
    """Hash what the tables are made from: code, data, and what was said about them."""
    said = json.dumps(variables, sort_keys=True)
    return f"{fingerprint_of_code(TABLE_CODE)} {fingerprint_of_data(folder)} {said}"


def training_fingerprint(options: Options, preset: str) -> str:
    """Hash what a training run is made from: code, tables, preset, seed, other packages."""
    code = fingerprint_of_code(MODEL_CODE)
    said = json.dumps(read_toml(preset), sort_keys=True)
    others = "".join(f" {name} {version}" for name, version in registered_versions().items())
    return f"{code} {built_at(options.database)} {said} {options.seed}{others}"


def _tables_are_current(database: Path, made_from: str) -> bool:
    finished = built_at(database)
    return bool(finished) and remembered(database).get("tables") == f"{made_from} {finished}"


def _latest_run(options: Options, preset: str) -> str | None:
    return latest_run(options.database, read_toml(preset)["name"])


def run_is_current(options: Options, preset: str, made_from: str) -> bool:
    """Whether the last run of a preset was made from what a run now would be made from."""
    run_id = _latest_run(options, preset)
    wanted = f"{made_from} {run_id}"
    return bool(run_id) and remembered(options.database).get(f"training {preset}") == wanted


def _check_place(database: Path) -> None:
    if database.is_dir():
        raise UserError(f"{database} is a folder, not a database.", "Name a file with --db FILE.")
    if not database.parent.is_dir():
        raise UserError(f"There is no folder {database.parent}.", "Make it, or change --db FILE.")


def _say_plan(options: Options, source: Source, variables: dict[str, object]) -> None:
    """Say what a run would do now, and how an own log is understood; nothing is written."""
    tables = not source.to_simulate and _tables_are_current(
        options.database, table_fingerprint(source.folder, variables)
    )
    tables = tables and not options.force and not options.move_boundary
    trained = {
        preset: tables and run_is_current(options, preset, training_fingerprint(options, preset))
        for preset in presets_of(options)
    }
    from reelrank_cli.pipeline.summary import print_plan

    print_plan(options, source, tables_are_current=tables, trained=trained)
    if not source.to_simulate and is_own_log(source.folder) and not options.wants_json:
        print_look(source.folder, variables)
