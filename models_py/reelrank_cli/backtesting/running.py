"""Move the boundary from day to day, and keep what each schedule would have shown."""

import argparse
import shutil
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
from reelrank.errors import UserError
from reelrank.presets import read_preset
from reelrank.progress import say
from reelrank.publication import prepare_results
from reelrank.warehouse.checks import check_ready, read_source
from reelrank.warehouse.connection import attach, open_for_reading

from reelrank_cli.backtesting.judging import DAILY, judge, summarise
from reelrank_cli.backtesting.training import Learned, day_lists
from reelrank_cli.pipeline.dbt_build import run_dbt
from reelrank_cli.pipeline.settings import dbt_variables

HERE = Path(__file__).parent
WEEK = 7
WARM, WEEKLY = "warm", "weekly"


@dataclass
class Team:
    """What is carried from day to day."""

    week: tuple[str, pa.Table] | None = None  # the day it was trained, and its lists
    trees: tuple[str, Learned] | None = None
    learned: Learned | None = None
    values: list[pa.Table] = field(default_factory=list)
    facts: dict[tuple[str, str], dict] = field(default_factory=dict)


def run(options: argparse.Namespace) -> dict:
    """Do the whole backtest and publish it into ml.backtest.

    Returns
    -------
    dict
        backtest_id, data_source, is_simulated, rows.
    """
    preset = read_preset(options.preset)
    if preset.lists is None:
        raise UserError(
            f"Preset {preset.name} has no list ranker to train.", "Take one with a section [lists]."
        )
    with open_for_reading(options.db, 1, "1GB") as con:
        check_ready(con)
        source = read_source(con)
        days = [day for (day,) in con.execute(_sql("days"), {"count": options.days}).fetchall()]
    folder = Path(source.data_dir)
    if not folder.is_dir():
        raise UserError(
            f"The data folder {folder} is gone; dbt needs it.",
            "Put it back, or build from where it is: reelrank build --data DIR",
        )
    work = options.db.with_name(f"{options.db.name}.backtest")
    team = Team()
    try:
        shutil.copy(options.db, work)
        for number, day in enumerate(sorted(days)):
            say(f"{day}: dbt run with the boundary there")
            variables = dbt_variables(folder, {"boundary": day})
            run_dbt(["run", "--select", "split_boundary+"], folder, work, variables)
            one_day(team, work, number, day, preset, options)
    finally:
        work.unlink(missing_ok=True)
        work.with_name(f"{work.name}.wal").unlink(missing_ok=True)
    rows = summarise(pa.concat_tables(team.values), options.seed, options.resamples)
    for row in rows:
        nothing = {"trained_on": None, "seconds": None}
        row |= nothing | team.facts.get((row["schedule"], row["judged_on"]), {})
    common = {"preset": preset.name, "data_source": source.label}
    common |= {"is_simulated": source.is_simulated, "metric": "ndcg", "k": 10}
    backtest_id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{preset.name}"
    publish(options.db, backtest_id, [common | row for row in rows])
    return {"backtest_id": backtest_id, **common, "days": sorted(days), "rows": rows}


def one_day(team: Team, work: Path, number: int, day: str, preset, options) -> None:
    """Train and judge what each schedule would show on one day."""
    with open_for_reading(work, options.threads, options.memory_limit) as con:
        seconds = {}
        shown: dict[str, tuple[str, pa.Table]] = {}
        if number:
            began = time.monotonic()
            lists, warm = day_lists(
                con, preset, options.seed, options.threads,
                Learned(team.trees[1].heads, team.learned.log, team.learned.factors),
            )  # fmt: skip
            shown[WARM], seconds[WARM] = (team.trees[0], lists), time.monotonic() - began
        began = time.monotonic()
        lists, learned = day_lists(con, preset, options.seed, options.threads)
        shown[DAILY], seconds[DAILY] = (day, lists), time.monotonic() - began
        if number % WEEK == 0:
            team.week, team.trees, team.learned = (day, lists), (day, learned), learned
        else:
            team.learned = warm
        shown[WEEKLY] = team.week
        shown.setdefault(WARM, (day, lists))
        all_lists = [
            found.append_column("schedule", pa.repeat(name, len(found)))
            for name, (_, found) in shown.items()
        ]
        con.register("day_lists", pa.concat_tables(all_lists))
        values = judge(con)
        team.values.append(values.append_column("judged_on", pa.repeat(day, len(values))))
        for name, (trained_on, _) in shown.items():
            team.facts[name, day] = {"trained_on": trained_on, "seconds": seconds.get(name)}


def publish(db: Path, backtest_id: str, rows: list[dict]) -> None:
    """Add the rows to ml.backtest."""
    with duckdb.connect(":memory:") as con:
        attach(con, db, read_only=False)
        prepare_results(con)
        con.register("found", pa.Table.from_pylist(rows))
        con.execute(_sql("publish"), {"backtest_id": backtest_id})


def _sql(name: str) -> str:
    return (HERE / f"{name}.sql").read_text(encoding="utf-8")
