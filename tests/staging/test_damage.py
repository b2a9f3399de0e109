"""Every kind of damage to a file is a clear error or a counted reject, never a silent loss."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pytest
from staging_loading import Loading
from staging_sources import (
    DAYS,
    KNOWN,
    MATRIX,
    Source,
    day_line,
    log_line,
    small_source,
    user_line,
)

GOOD = log_line(0, 0, 900)
SECOND = "1593878903.438"


def log_with(**changes: str) -> str:
    """Write a line of the log with some fields changed."""
    fields = dict(zip(MATRIX.split(","), log_line(0, 0, 901).split(","), strict=True))
    return ",".join((fields | changes).values())


@dataclass(frozen=True)
class Damage:
    """A damaged line, and what the user must find in rejected_rows."""

    kind: str
    file: str
    line: bytes
    column: str | None
    reason: str


def damage(kind: str, line: str, column: str | None, reason: str) -> Damage:
    return Damage(kind, "big_matrix", line.encode(), column, reason)


ID = "not a whole number from 0"
DAMAGES = [
    damage("too few fields", "0,1,5000,10000,2020-07-05 00:08:23.438", None, "5 fields"),
    damage("too many fields", GOOD + ",7", None, "9 fields"),
    damage("not a table at all", "<html><body>Not found</body></html>", None, "1 fields"),
    damage("text for an id", log_with(user_id="abc"), "user_id", ID),
    damage("no id", log_with(user_id=""), "user_id", ID),
    damage("id below zero", log_with(video_id="-4"), "video_id", ID),
    damage("id beyond INTEGER", log_with(video_id="2147483648"), "video_id", ID),
    damage("id with a fraction", log_with(video_id="5.7"), "video_id", ID),
    damage("id as 57e-1, 6 to a cast", log_with(user_id="57e-1"), "user_id", ID),
    damage("hexadecimal id", log_with(video_id="0x1F"), "video_id", ID),
    damage("id with an underscore", log_with(video_id="1_0"), "video_id", ID),
    damage("ratio with an underscore", log_with(watch_ratio="1_0.5"), "watch_ratio", "finite"),
    damage("SQL in a text", log_with(user_id="0; drop table x"), "user_id", ID),
    damage("formula in a text", log_with(user_id="=1+1"), "user_id", ID),
    damage("NUL byte", log_with(user_id="1\x00"), "user_id", ID),
    damage("stray quote", log_with(user_id='"0'), "user_id", ID),
    damage("negative time played", log_with(play_duration="-1"), "play_duration", "0 or more"),
    damage("no time played", log_with(play_duration=""), "play_duration", "0 or more"),
    damage("video of no length", log_with(video_duration="0"), "video_duration", "above 0"),
    damage("infinite ratio", log_with(watch_ratio="inf"), "watch_ratio", "finite"),
    damage("negative ratio", log_with(watch_ratio="-0.5"), "watch_ratio", "finite"),
    damage("text for a ratio", log_with(watch_ratio="half"), "watch_ratio", "finite"),
    damage("no timestamp", log_with(timestamp=""), "timestamp", "no time"),
    damage("timestamp in ms", log_with(timestamp="1593878903438"), "timestamp", "Unix seconds"),
    damage("timestamp overflow", log_with(timestamp="9" * 30), "timestamp", "Unix seconds"),
    damage("timestamp as a time", log_with(timestamp="2020-07-05"), "timestamp", "Unix seconds"),
    damage("ten million characters", "9" * 10_000_000, None, "1 fields"),
    Damage("not UTF-8", "big_matrix", b"0,\xff\xfe,5000", None, "not utf-8"),
    Damage("not UTF-8", "small_matrix", b"2,\xc3\x28,5000", None, "not utf-8"),
    Damage("dense: text for an id", "small_matrix", b"x" + GOOD.encode(), "user_id", ID),
    Damage(
        "flag that is none",
        "user_features",
        user_line(77).replace(",0,0,1,", ",0,2,1,", 1).encode(),
        "is_live_streamer",
        "neither 0 nor 1",
    ),
    Damage(
        "negative count",
        "user_features",
        user_line(78).replace("327", "-1").encode(),
        "register_days",
        "0 or more",
    ),
    Damage("list that is none", "item_categories", b"55,8", "feat", "not a list"),
    Damage("list of words", "item_categories", b"56,[a]", "feat", "not a list"),
    Damage("friends that are none", "social_network", b"0,nobody", "friend_list", "not a list"),
    Damage(
        "day that is none",
        "item_daily_features",
        day_line(0, "20201301").encode(),
        "date",
        "20200705",
    ),
    Damage(
        "day of another age",
        "item_daily_features",
        day_line(0, "99991231").encode(),
        "date",
        "20200705",
    ),
    Damage(
        "negative counter",
        "item_daily_features",
        day_line(0, "20200706", -5).encode(),
        "show_cnt",
        "0 or more",
    ),
    Damage("caption cut off", "kuairec_caption_category", b"9,UNKNOWN,cut", None, "3 fields"),
    Damage(
        "category in words",
        "kuairec_caption_category",
        b"9,a,b,[],x,y,1,z,2,w",
        "first_level_category_id",
        "whole number",
    ),
]


def damaged_source() -> tuple[Source, dict[tuple[str, int], Damage]]:
    """Put each damaged line between good ones; say where each of them stands."""
    source = small_source()
    where = {}
    files = {name: [line.encode() for line in lines] for name, lines in source.lines.items()}
    for number, item in enumerate(DAMAGES):
        files[item.file].append(item.line)
        where[item.file, len(files[item.file])] = item
        if item.file == "big_matrix":
            files[item.file].append(log_line(1, 3, 1000 + number).encode())
    # two lines of one record, broken by a lone carriage return
    files["big_matrix"].append(b"0,1,50\r00,10000,,20200705,1593878903.438,0.5")
    # the last line is cut off in the middle, without an end
    files["big_matrix"].append(b'0,1,"5000,100')
    source.raw = {
        name: (b"\r\n" if name == "small_matrix" else b"\n").join(lines)
        for name, lines in files.items()
    } | KNOWN
    return source, where


@pytest.fixture(scope="module")
def damaged(loading: Loading) -> duckdb.DuckDBPyConnection:
    return loading.load_well(damaged_source()[0])


def test_each_damaged_line_is_rejected_with_its_place_column_and_reason(
    damaged: duckdb.DuckDBPyConnection,
) -> None:
    rejected = {
        (file, line): (content, column, reason)
        for file, line, content, column, reason in damaged.execute(
            "select file, line_number, line_content, column_name, reason from staging.rejected_rows"
        ).fetchall()
    }
    (lines,) = damaged.execute("select count(*) from staging.rejected_rows").fetchone()
    assert lines == len(rejected), "each line is rejected once"
    for place, item in damaged_source()[1].items():
        assert place in rejected, (item.kind, place)
        content, column, reason = rejected.pop(place)
        assert column == item.column, (item.kind, reason)
        assert item.reason in reason, item.kind
        assert content[:2].encode(errors="replace")[:1] == item.line[:1], item.kind
    assert len(rejected) == 3, "the broken record (two lines) and the cut one"
    assert {file for file, _ in rejected} == {"big_matrix"}


def test_the_good_lines_between_the_damaged_ones_are_all_kept(
    damaged: duckdb.DuckDBPyConnection,
) -> None:
    log_damages = sum(item.file == "big_matrix" for item in DAMAGES)
    kept = dict(damaged.execute("select file, rows_kept from staging.load_report").fetchall())
    assert kept == {
        "big_matrix": 15 + log_damages,
        "small_matrix": 6,
        "user_features": 3,
        "item_categories": 7,
        "item_daily_features": 7,
        "social_network": 2,
        "kuairec_caption_category": 7,
    }


def test_rows_read_are_rows_kept_and_duplicate_and_rejected(
    damaged: duckdb.DuckDBPyConnection,
) -> None:
    report = damaged.execute(
        "select file, rows_read, rows_kept + rows_duplicate + rows_rejected"
        " from staging.load_report"
    ).fetchall()
    assert len(report) == 7
    for file, read, accounted in report:
        assert read == accounted, file


def test_long_lines_are_kept_short_in_the_report(damaged: duckdb.DuckDBPyConnection) -> None:
    (longest,) = damaged.execute(
        "select max(len(line_content)) from staging.rejected_rows"
    ).fetchone()
    assert longest == 1000


def test_damage_is_injected_in_at_least_fifteen_kinds() -> None:
    assert len({item.kind for item in DAMAGES}) >= 15
    assert DAYS.count(",") == 57
