"""A build of what has changed gives the tables of a full refresh, to the bit."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from every_day import differing_tables, write_days
from workbench import dbt


class DailyLog:
    """Ten days of a log as a folder of daily files, and the database that `dbt run` keeps of it."""

    def __init__(self, home: Path, source: Path, is_own: bool) -> None:
        self.data, self.database = home / "data", home / "days.duckdb"
        self.parts, self.later = self.data / "big_matrix", home / "later"
        lines = write_days(source / "big_matrix.csv", self.later)
        self.days = [day for day, count in sorted(lines.items()) if count > 200][-10:]
        self.parts.mkdir(parents=True)
        left_out = {"big_matrix.csv", "SIMULATED.json" if is_own else ""}
        for file in source.iterdir():
            if file.is_file() and file.name not in left_out:
                shutil.copy(file, self.data)

    def add(self, *days: date) -> None:
        for day in days:
            (self.later / f"{day}.csv").rename(self.parts / f"{day}.csv")

    def change(self, day: date, edit: Callable[[list[str]], list[str]]) -> None:
        file = self.parts / f"{day}.csv"
        file.write_text("\n".join(edit(file.read_text().splitlines())) + "\n")

    def run(self, *options: str, database: Path | None = None) -> str:
        ended = dbt("run", *options, database=database or self.database, data=self.data)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def ask(self, query: str) -> tuple:
        with duckdb.connect(str(self.database), read_only=True) as con:
            return con.execute(query).fetchone()

    def refreshed(self) -> Path:
        other = self.database.with_name("refreshed.duckdb")
        shutil.copy(self.database, other)
        self.run("--full-refresh", database=other)
        return other


FIRST_DAY = "select first_day from staging.build_state"
BOUNDARY = "select boundary_unix_ms, interaction_count, train_count from training.split_boundary"


def played_longer(line: str) -> str:
    fields = line.split(",")
    return ",".join([*fields[:2], str(int(fields[2]) + 777), *fields[3:]])


@pytest.mark.slow
def test_days_late_rows_and_corrections_are_taken_in(tmp_path: Path, tiny_source: Path) -> None:
    log = DailyLog(tmp_path, tiny_source, is_own=False)
    new, late, gone, train = (log.days[place] for place in (-1, -2, 4, 2))
    log.add(*log.days[:-1])
    log.run()
    boundary = log.ask(BOUNDARY)
    assert log.ask(FIRST_DAY) == (None,)

    # a corrected row of train, a day that is gone
    log.change(train, lambda lines: [*lines[:10], played_longer(lines[10]), *lines[11:]])
    (log.parts / f"{gone}.csv").unlink()
    log.run()
    assert log.ask(FIRST_DAY) == (train,)
    corrected = log.ask(BOUNDARY)
    assert corrected[0] == boundary[0] and corrected[2] < boundary[2]

    log.add(new)
    said = log.run()
    assert log.ask(FIRST_DAY) == (new,)
    assert said.count("KEPT") > 40
    assert log.ask(BOUNDARY)[::2] == corrected[::2] and log.ask(BOUNDARY)[1] > corrected[1]

    # in the file of the new day a late row, an event that is there, a line that is none
    a_late_row = played_longer((log.parts / f"{late}.csv").read_text().splitlines()[10])
    log.change(new, lambda lines: [*lines, lines[5], "a,line,that,is,none", a_late_row])
    log.run()
    assert log.ask(FIRST_DAY) == (late,)
    assert log.ask("select count(*) from staging.rejected_rows") == (1,)
    refreshed = log.refreshed()
    assert differing_tables(log.database, refreshed) == []

    # the boundary of the log as it is now, where a first build sets it
    log.run("-s", "+interactions", "--vars", "move_boundary: true")
    assert log.ask(BOUNDARY)[0] != boundary[0]
    refreshed.unlink()
    log.run("-s", "+interactions", database=refreshed)
    assert differing_tables(refreshed, log.database) == []


@pytest.mark.slow
def test_of_a_log_of_ones_own_the_known_days_grow_with_it(
    tmp_path: Path, tiny_source: Path
) -> None:
    log = DailyLog(tmp_path, tiny_source, is_own=True)
    log.add(*log.days[:-4])
    log.run()
    formats = "select latest_unix_ms from staging.column_formats where file = 'big_matrix'"
    latest = log.ask(f"{formats} and column_name = 'timestamp'")
    log.add(log.days[-4])
    log.run()
    assert log.ask(FIRST_DAY) == (log.days[-4],)
    assert log.ask(f"{formats} and column_name = 'timestamp'") > latest
    assert differing_tables(log.database, log.refreshed()) == []
