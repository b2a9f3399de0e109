"""Copies of a source whose past is untouched and whose future is nonsense."""

import shutil
from pathlib import Path

import duckdb

LOG = "big_matrix.csv"
DENSE = "small_matrix.csv"
DAILY = "item_daily_features.csv"

# plays of the later part of train change hands among views of the same length, so that the
# label thresholds, fitted on all of train, stay as they are; everything after the train
# boundary gets an absurd play time
TAMPERED_LOG = """
with log as (
    select *, row_number() over () as line, cast(timestamp as double) as unix_seconds
    from read_csv($path, all_varchar = true)
),
-- plays that change hands would tear exact duplicates apart: they go before
events as (
    select * from log
    qualify
        row_number() over (
            partition by user_id, video_id, play_duration, video_duration, timestamp
            order by line
        ) = 1
),
parts as (
    select
        *,
        case
            when unix_seconds >= $boundary then 2
            when unix_seconds >= $cutoff then 1
            else 0
        end as part
    from events
),
swapped as (
    select
        *,
        row_number() over (partition by part, video_duration order by line) as place,
        count(*) over (partition by part, video_duration) as places
    from parts
),
tampered as (
    select
        swapped.*,
        case swapped.part
            when 0 then swapped.play_duration
            when 1 then partners.play_duration
            else cast(cast(swapped.play_duration as bigint) + 100000 as varchar)
        end as new_play
    from swapped
    inner join swapped as partners
        on
            swapped.part = partners.part
            and swapped.video_duration = partners.video_duration
            and partners.place = swapped.places - swapped.place + 1
)
select
    user_id, video_id, new_play as play_duration, video_duration, time, date, timestamp,
    cast(
        cast(new_play as double) / cast(video_duration as double) as varchar
    ) as watch_ratio
from tampered
order by line
"""

TAMPERED_DENSE = """
select * replace (
    cast(cast(play_duration as bigint) + 100000 as varchar) as play_duration,
    cast(
        (cast(play_duration as double) + 100000) / cast(video_duration as double) as varchar
    ) as watch_ratio
)
from read_csv($path, all_varchar = true)
"""

TAMPERED_DAILY = """
select * replace (
    case when date >= $cutoff_day then '1' else show_cnt end as show_cnt,
    case when date >= $cutoff_day then '977' else play_cnt end as play_cnt,
    case when date >= $cutoff_day then '977' else play_user_num end as play_user_num,
    case when date >= $cutoff_day then '13' else complete_play_cnt end as complete_play_cnt,
    case when date >= $cutoff_day then '0.9' else play_progress end as play_progress,
    case when date >= $cutoff_day then '13' else like_cnt end as like_cnt
)
from read_csv($path, all_varchar = true)
"""


def write_tampered(source: Path, target: Path, cutoff: float, boundary: float, day: str) -> None:
    """Copy a KuaiRec folder; what happened from the cutoff on is replaced by nonsense.

    Parameters
    ----------
    source, target : Path
        Folders with the CSV files; `target` must not exist.
    cutoff, boundary : float
        Unix seconds: start of the first day whose events change, and the first holdout event.
    day : str
        The same first day as a partition label, `YYYYMMDD`, for the daily counters.
    """
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("truth"))
    with duckdb.connect() as con:
        con.execute("set threads = 1")
        path = str(source / LOG)
        values = {"path": path, "cutoff": cutoff, "boundary": boundary}
        _write(con, TAMPERED_LOG, values, target / LOG)
        _write(con, TAMPERED_DENSE, {"path": str(source / DENSE)}, target / DENSE)
        values = {"path": str(source / DAILY), "cutoff_day": day}
        _write(con, TAMPERED_DAILY, values, target / DAILY)


def _write(
    con: duckdb.DuckDBPyConnection, query: str, values: dict[str, object], path: Path
) -> None:
    con.sql(query, params=values).write_csv(str(path), header=True)
