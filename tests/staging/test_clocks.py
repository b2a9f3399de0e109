"""Clocks: every form of the same instant is the same instant, and wrong clocks are known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from macro_sql import rendered, values_of

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
# 1905 to 2095: where 11 digits are milliseconds, not seconds, only the file can tell
INSTANTS = st.lists(
    st.integers(-2_051_222_400_000, -(10**11)) | st.integers(10**11, 3_944_678_400_000),
    min_size=1,
    max_size=50,
)
FEW = settings(max_examples=15, deadline=None, derandomize=True)


def moment(ms: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)


def iso(ms: int, zone: str) -> str:
    return moment(ms).astimezone(ZoneInfo(zone)).isoformat(timespec="milliseconds")


def local(ms: int, form: str) -> str:
    """Write an instant on the wall clock of Berlin, where no zone is written."""
    return moment(ms).astimezone(BERLIN).strftime(form)


FORMS: dict[str, tuple[str, Callable[[int], str]]] = {
    "seconds": ("seconds", lambda ms: f"{ms // 1000}.{ms % 1000:03}" if ms > 0 else f"{ms / 1e3}"),
    "exact power of ten": ("seconds", lambda ms: f"{ms / 1000:.15e}"),
    "milliseconds": ("milliseconds", str),
    "milliseconds as floats": ("milliseconds", lambda ms: f"{ms}.0"),
    "microseconds": ("microseconds", lambda ms: f"{ms}000"),
    "nanoseconds": ("nanoseconds", lambda ms: f"{ms}000000"),
    "Z": ("iso", lambda ms: iso(ms, "UTC").replace("+00:00", "Z")),
    "offset": ("iso", lambda ms: iso(ms, "Asia/Kolkata")),
    "space and offset": ("iso", lambda ms: iso(ms, "Asia/Tokyo").replace("T", " ")),
    "offset apart": ("iso", lambda ms: iso(ms, "Asia/Tokyo").replace("+09:00", " +0900")),
    "comma": ("iso", lambda ms: iso(ms, "UTC").replace(".", ",").replace("+00:00", " UTC")),
    "mixed: milliseconds": ("mixed", str),
    "mixed: Z": ("mixed", lambda ms: iso(ms, "UTC").replace("+00:00", "Z")),
}


@pytest.mark.parametrize("form", FORMS)
@FEW
@given(instants=INSTANTS)
def test_an_instant_is_read_from_each_of_its_forms(form: str, instants: list[int]) -> None:
    clock, write = FORMS[form]
    texts = [write(ms) for ms in instants]
    assert values_of(f"instant('t', '{clock}')", texts) == instants


@pytest.mark.parametrize(
    ("clock", "form"),
    [
        ("iso", "%Y-%m-%dT%H:%M:%S"),
        ("iso", "%Y/%m/%d %H:%M:%S"),
        ("iso", "%Y-%m-%d %I:%M:%S %p"),
        ("digits of the calendar", "%Y%m%d%H%M%S"),
        ("digits of the calendar", "%Y%m%d%H%M"),
        ("day first", "%d.%m.%Y %H:%M:%S"),
        ("month first", "%m/%d/%Y %I:%M:%S %p"),
        ("month first", "%m/%d/%y %I:%M %p"),
        ("month by name", "%d-%b-%Y %H:%M:%S"),
        ("month by name", "%B %d, %Y, %I:%M:%S %p"),
        ("month by name", "%a %b %d %H:%M:%S %Y"),
        ("month by name", "%d-%b-%y %H:%M"),
        ("%H:%M:%S on %d %b %Y", "%H:%M:%S on %d %b %Y"),
    ],
)
def test_a_time_without_a_zone_is_on_the_clock_that_is_set(clock: str, form: str) -> None:
    hours = [1_603_500_000_000 + 3_600_000 * hour for hour in range(0, 60)]
    twice = {local(ms, form) for ms in hours if local(ms, form) == local(ms - 3_600_000, form)}
    clear = [ms for ms in hours if local(ms, form) not in twice]
    assert len(hours) - len(clear) == 2, "one hour of 2020-10-25 was there twice"
    texts = [local(ms, form) for ms in clear]
    assert values_of(f"instant('t', '{clock}')", texts, timestamp_timezone="Europe/Berlin") == clear


def test_both_hours_of_the_clock_change_are_told_apart_by_their_offset() -> None:
    texts = ["2020-10-25T02:30:00+02:00", "2020-10-25T02:30:00+01:00"]
    first, second = values_of("instant('t', 'iso')", texts)
    assert (first, second - first) == (1_603_585_800_000, 3_600_000)


@pytest.mark.parametrize(
    ("clock", "text", "ms"),
    [
        ("iso", "20231114T223121Z", 1_700_001_081_000),
        ("iso", "20231114T223121+0130", 1_699_995_681_000),
        ("digits of the calendar", "20231114223121250", 1_700_001_081_250),
        ("month by name", "14/Nov/2023:22:31:21 +0130", 1_699_995_681_000),
        ("month by name", "Tue, 14 Nov 2023 22:31:21 GMT", 1_700_001_081_000),
        ("month by name", "Tue Nov 14 22:31:21 +0000 2023", 1_700_001_081_000),
        ("month by name", "Tue Nov 14 2023 22:31:21 GMT+0130 (CET)", 1_699_995_681_000),
        ("mixed", "Sept. 3rd 2023 9:05 am".replace("3rd", "3rd,"), 1_693_731_900_000),
        ("days since 1900", "45244.9384375", 1_700_001_081_000),
        ("%d/%b/%Y:%H:%M:%S %z", "14/Nov/2023:22:31:21 +0130", 1_699_995_681_000),
    ],
)
def test_a_time_is_read_to_the_millisecond(clock: str, text: str, ms: int) -> None:
    assert values_of(f"instant('t', '{clock}')", [text], timestamp_timezone="UTC") == [ms]


def test_a_time_without_a_zone_is_the_viewers_clock_by_default() -> None:
    [ms] = values_of("instant('t', 'iso')", ["2020-07-05 00:08:23.438"])
    assert moment(ms).astimezone(SHANGHAI).isoformat() == "2020-07-05T00:08:23.438000+08:00"


@pytest.mark.parametrize(
    ("clock", "text"),
    [
        ("seconds", "1.700e+09"),
        ("seconds", "1.7E9"),
        ("milliseconds", "1.7000006e+12"),
        ("seconds", "1_700_000_000"),
        ("seconds", "infinity"),
        ("seconds", "nan"),
        ("iso", "2023-13-14"),
        ("iso", "2023-02-30 00:00:00"),
        ("iso", "infinity"),
        ("month by name", "30-Feb-2023 10:00:00"),
        ("month by name", "14 Nov 10:00:00"),
        ("month by name", "maybe 14 2023"),
        ("day or month first", "01/02/2023"),
        ("mixed", "yesterday"),
    ],
)
def test_what_is_no_exact_time_is_none(clock: str, text: str) -> None:
    assert values_of(f"instant('t', '{clock}')", [text]) == [None]


def test_the_clock_is_known_by_its_digits() -> None:
    forms = {
        "1593878903.438": "seconds",
        "8.6e8": "seconds",
        "1593878903438": "milliseconds",
        "1593878903438000": "microseconds",
        "1593878903438000123": "nanoseconds",
        "20200705": "digits of the calendar",
        "20200705000823": "digits of the calendar",
        "202007050008": "digits of the calendar",
        "45244.9": "seconds or days since 1900",
        "2020-07-05": "iso",
        "13/02/2020 10:00": "day first",
        "02/13/2020": "month first",
        "13.02.20 10:00": "day first",
        "01.02.2020": "day or month first",
        "14/Nov/2023:22:31:21 +0100": "month by name",
        "14 marbles": "unreadable",
        "never": "unreadable",
        "NULL": None,
    }
    assert values_of("clock_form('t')", list(forms)) == list(forms.values())


def clock_of(texts: list[str]) -> str:
    form = rendered("clock_form('t')")
    with duckdb.connect() as con:
        con.execute(
            f"create table counts as select {form} as form, count(*) as value_count"
            " from (select unnest($texts) as t) group by form",
            {"texts": texts},
        )
        [(clock,)] = con.execute(rendered("clock_of_counts('counts')")).fetchall()
    return clock


def test_one_clear_day_decides_how_all_days_of_a_file_are_read() -> None:
    assert clock_of(["01/02/2020"] * 50 + ["13/02/2020"]) == "day first"
    assert clock_of(["01/02/2020"] * 50 + ["02/13/2020"]) == "month first"
    assert clock_of(["01/02/2020"] * 50) == "day or month first"


def test_days_of_a_spreadsheet_are_known_from_seconds_by_the_whole_file() -> None:
    assert clock_of(["45244.9", "45245.25"] * 50) == "days since 1900"
    assert clock_of(["45244", "17"] * 50) == "seconds", "seconds since the first event"
    assert clock_of(["never"] * 50) == "unknown"


def test_one_odd_value_in_a_thousand_leaves_the_clock_of_a_file() -> None:
    assert clock_of(["1593878903"] * 2000 + ["1593878903438"]) == "seconds"
    assert clock_of(["1593878903"] * 20 + ["1593878903438"]) == "mixed"


def right_days(days: dict[int, int]) -> tuple[int, int]:
    with duckdb.connect() as con:
        con.execute("create table days (unix_day bigint, event_count bigint)")
        con.executemany("insert into days values (?, ?)", list(days.items()))
        return con.execute(rendered("days_of_right_clocks('days')")).fetchone()


def test_clocks_far_from_a_short_log_are_wrong() -> None:
    log = dict.fromkeys(range(19675, 19686), 400)
    assert right_days(log | {0: 30, 10957: 480, 47480: 480}) == (19675, 19685)


def test_a_pause_is_no_broken_clock() -> None:
    last_month, last_year = dict.fromkeys(range(19000, 19030), 10), {18640: 5}
    assert right_days(last_month | last_year) == (18640, 19029)
    two_windows = dict.fromkeys(range(17000, 17010), 10) | dict.fromkeys(range(19000, 19010), 12)
    assert right_days(two_windows) == (17000, 19009)
    ten_years = dict.fromkeys(range(10000, 13650, 10), 100)
    assert right_days(ten_years | {9400: 2}) == (9400, 13640)
