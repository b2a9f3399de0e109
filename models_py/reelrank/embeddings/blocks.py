"""Time blocks of the train part: contiguous days with about equally many events."""

from dataclasses import dataclass
from datetime import date

import duckdb


@dataclass(frozen=True)
class Blocks:
    """Blocks of days, numbered from 0; block `len(first_days)` means after train.

    Attributes
    ----------
    days : dict of date to int
        The block of each local day of train.
    first_days : list of date
        The first day of each block: its vectors know only events of earlier days.
    row_counts : list of int
        Events of each block.
    """

    days: dict[date, int]
    first_days: list[date]
    row_counts: list[int]

    @property
    def after_train(self) -> int:
        """The block of everything that is not train: its vectors know all of train."""
        return len(self.first_days)

    def first_of_latest(self, share: float) -> int:
        """Give the first block of the latest `share` of train, in whole blocks."""
        earlier = (1 - share) * sum(self.row_counts)
        return max(
            block for block in range(self.after_train) if sum(self.row_counts[:block]) <= earlier
        )


def split_days(con: duckdb.DuckDBPyConnection, count: int) -> Blocks:
    """Split the days of train into at most `count` blocks of about equally many events."""
    per_day = con.execute(
        "select event_on, count(*) from training.interactions where split = 'train'"
        " group by event_on order by event_on"
    ).fetchall()
    total = sum(rows for _, rows in per_day)
    days: dict[date, int] = {}
    first_days: list[date] = []
    row_counts: list[int] = []
    done = 0
    for day, rows in per_day:
        if done * count >= len(first_days) * total:
            first_days.append(day)
            row_counts.append(0)
        days[day] = len(first_days) - 1
        row_counts[-1] += rows
        done += rows
    return Blocks(days, first_days, row_counts)
