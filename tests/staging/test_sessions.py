"""Pings of a player become one view: --sessionise."""

from __future__ import annotations

from pathlib import Path

import duckdb
import jinja2
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

MACRO = Path(__file__).resolve().parents[2] / "dbt_project" / "macros" / "meaning" / "sessions.sql"
NAMES = ("user_id", "video_id", "began", "played")
LENGTH = 9_000
Ping = tuple[int, int, int, int]  # user, video, ms since the start, ms played

CALL = "{{ one_view_per_session('pings') }}"
SQL = jinja2.Template(MACRO.read_text() + CALL).render(var={"sessionise_seconds": 30}.get)
EVENTS = f"""
    select
        user_id::integer as user_id,
        video_id::integer as video_id,
        played::integer as play_duration_ms,
        {LENGTH} as video_duration_ms,
        began as event_unix_ms,
        0.5 as watch_ratio, -- as the file says
        null::date as partition_date,
        1 as copy_count
    from made
"""


def views(pings: list[Ping]) -> list[tuple[int, int, int, int, float, int]]:
    """(user, video, begin, ms played, ratio, pings) of each view, by time."""
    with duckdb.connect() as con:
        columns = zip(NAMES, zip(*pings, strict=True), strict=True)
        con.register("made", pa.table(dict(columns)))
        con.execute(f"create table pings as {EVENTS}")
        return con.execute(
            "select user_id, video_id, event_unix_ms, play_duration_ms, watch_ratio, copy_count"
            f" from ({SQL}) order by event_unix_ms, user_id, video_id"
        ).fetchall()


def of_one_pair(*pings: tuple[int, int]) -> list[Ping]:
    return [(1, 2, at, played) for at, played in pings]


def test_growing_play_times_are_of_the_view_so_far_and_the_furthest_counts():
    pings = of_one_pair((0, 2500), (2500, 5000), (5000, 7500), (7000, 9000))
    assert views(pings) == [(1, 2, 0, 9000, 1.0, 4)]


def test_play_times_since_the_last_ping_are_summed():
    pings = of_one_pair((0, 2500), (2500, 2500), (5000, 2500), (6200, 1200))
    assert views(pings) == [(1, 2, 0, 8700, 8700 / LENGTH, 4)]


def test_a_start_from_the_beginning_counts_once_more():
    growing = [(2500 * number, 2500 * (number + 1)) for number in range(12)]
    again = [(30_000 + 2500 * number, 2500 * (number + 1)) for number in range(2)]
    assert views(of_one_pair(*growing, *again)) == [(1, 2, 0, 35_000, 35_000 / LENGTH, 14)]


def test_a_later_view_of_the_pair_and_other_pairs_stay_views_of_their_own():
    pings = [(1, 2, 0, 2500), (1, 2, 2500, 5000), (1, 3, 3000, 800), (1, 2, 40_000, 700)]
    assert views(pings) == [
        (1, 2, 0, 5000, 5000 / LENGTH, 2),
        (1, 3, 3000, 800, 0.5, 1),
        (1, 2, 40_000, 700, 0.5, 1),
    ]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2), st.integers(0, 2), st.integers(0, 200_000), st.integers(0, 20_000)
        ),
        min_size=1, max_size=30, unique=True,
    )
)  # fmt: skip
@settings(max_examples=15, deadline=None)
def test_no_ping_is_lost_and_views_of_a_pair_are_far_apart(pings: list[Ping]):
    found = views(pings)
    assert sum(view[5] for view in found) == len(pings)
    assert sum(view[3] for view in found) <= sum(ping[3] for ping in pings)
    begins: dict[tuple[int, int], int] = {}
    for user, video, begin, *_ in found:
        assert begin - begins.get((user, video), begin - 10**6) > 30_000
        begins[user, video] = begin
    assert {(view[0], view[1]) for view in found} == {(ping[0], ping[1]) for ping in pings}


@pytest.mark.parametrize("at", [30_000, 30_001])
def test_thirty_seconds_are_still_one_view(at: int):
    assert len(views(of_one_pair((0, 100), (at, 200)))) == (1 if at == 30_000 else 2)
