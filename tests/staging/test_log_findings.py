"""What the log means: each kind of nonsense is found in words, and sense is not."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from macro_sql import rendered_model

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
View = tuple[int, int, int, int, int]  # user, video, ms played, ms long, ms since 1970
START = 1_700_000_000_000
HOUR = 3_600_000


def findings_sql(**settings: object) -> str:
    """Give the query of log_findings for an own log, under these dbt variables."""
    known = {"max_rejected_share": 0.001, "capped_play": False, **settings}
    return rendered_model(
        PROJECT / "models" / "training" / "split" / "log_findings.sql",
        ("reading/sql_text.sql", "meaning/*.sql"),
        var=known.get,
        ref=lambda name: name,
        source_facts=lambda: {"kind": "own"},
        guessed_encodings=lambda: [("user_features", "cp1252")] if known.get("guessed") else [],
        execute=True,
    )


def sensible_log(seed: int = 1) -> list[View]:
    """Make 2,000 views of 60 users and 40 videos over eight days."""
    rng = random.Random(seed)
    views = []
    for place in range(2000):
        video = rng.randrange(40)
        length = 5_000 + 500 * video
        played = int(length * rng.lognormvariate(-0.3, 0.7))
        views.append((rng.randrange(60), video, played, length, START + place * HOUR // 10))
    return views


def each(change: Callable[[View], View]) -> list[View]:
    return [change(view) for view in sensible_log()]


def pings() -> list[View]:
    return [
        (user, video, played * part // 3, length, at + 2_500 * part)
        for user, video, played, length, at in sensible_log()
        for part in (1, 2, 3)
    ]


def last_half_at_once() -> list[View]:
    views = sensible_log()
    return [*views[:1000], *((*view[:4], START + 10**9) for view in views[1000:])]


def every_pair(users: int, videos: int, times: int = 8) -> list[View]:
    return [
        (user, video, 4_000 + 900 * (user + video), 8_000, START + turn * 24 * HOUR + user * HOUR)
        for turn in range(times)
        for user in range(users)
        for video in range(videos)
    ]


KINDS = {
    "sense": (sensible_log, set()),
    "nothing played": (
        lambda: each(lambda v: (*v[:2], 0, *v[3:])),
        {"nothing_played", "nothing_relevant"},
    ),
    "seconds told as ms": (
        lambda: each(lambda v: (*v[:2], max(v[2] // 1000, 1), v[3] // 1000, v[4])),
        {"play_in_seconds"},
    ),
    "microseconds told as ms": (
        lambda: each(lambda v: (*v[:2], v[2] * 1000, v[3] * 1000, v[4])),
        {"lengths_of_another_unit"},
    ),
    "play capped at length": (
        lambda: each(lambda v: (*v[:2], v[3], *v[3:])),
        {"nothing_relevant", "play_is_capped"},
    ),
    "play often capped": (
        lambda: each(lambda v: (*v[:2], min(v[2], v[3]), *v[3:])),
        {"play_is_capped", "nothing_relevant"},
    ),
    "always above one": (
        lambda: each(lambda v: (*v[:2], v[2] + v[3] + 1, *v[3:])),
        {"one_sided_relevance"},
    ),
    "pings": (pings, {"pairs_repeat_within_seconds"}),
    "last half at one instant": (last_half_at_once, {"one_instant", "few_users_judged"}),
    "one user": (lambda: each(lambda v: (7, *v[1:])), {"one_user", "nothing_left_to_recommend"}),
    "one video": (
        lambda: each(lambda v: (v[0], 3, v[2], *v[3:])),
        {"few_videos", "nothing_left_to_recommend"},
    ),
    "three users, two videos": (
        lambda: every_pair(3, 2),
        {"few_users_judged", "few_videos", "nothing_left_to_recommend", "one_sided_relevance"},
    ),
    "every event another user": (
        lambda: [(user, *view[1:]) for user, view in enumerate(sensible_log())],
        {"few_users_judged", "users_without_history"},
    ),
    "one day": (lambda: each(lambda v: (*v[:4], START + (v[4] - START) // 200)), {"one_day"}),
}


TABLES = """
create table described (file varchar, rows_read bigint, users bigint, videos bigint);
create table views (
    user_id integer, video_id integer, play_duration_ms integer, video_duration_ms integer,
    event_unix_ms bigint
);
create table stg_dense_interactions (user_id integer, video_id integer);
create table data_source as select 'own' as kind;
create table stg_users (user_id integer);
create table stg_video_tags (video_id integer);
create table id_keys (entity varchar, id varchar);
create table rejected_rows (
    file varchar, line_number bigint, line_content varchar, column_name varchar, reason varchar
);
"""
# Labels as the project defines them, with one threshold for all lengths.
LABELLED = """
create table interactions as
with ordered as (
    select
        *,
        play_duration_ms / video_duration_ms * {factor} as watch_ratio,
        make_timestamp_ms(event_unix_ms)::date as event_on,
        row_number() over (partition by user_id, video_id order by event_unix_ms) as nth_watch,
        if(
            row_number() over (order by event_unix_ms, user_id, video_id)
            <= count(*) over () * 80 // 100, 'train', 'holdout'
        ) as split
    from views
)

select
    *,
    watch_ratio > 1 as is_above_one,
    watch_ratio > quantile_cont(watch_ratio, 0.8) filter (where split = 'train') over ()
        as is_long_view
from ordered;

create table load_report as
select
    'big_matrix' as file,
    (select count(*) from views) + (select count(*) from rejected_rows) as rows_read,
    (select count(*) from views) as rows_kept,
    (select count(*) from rejected_rows) as rows_rejected,
    (select make_timestamp_ms(min(event_unix_ms)) from views) as first_event_at,
    (select make_timestamp_ms(max(event_unix_ms)) from views) as last_event_at,
    null::bigint as users,
    null::bigint as videos
union all by name
from described;
"""


def findings(
    views: list[View], change: str = "", *, factor: float = 1, **settings: object
) -> dict[str, tuple[str, str]]:
    """Find what there is to say of these views: names, with severity and words."""
    with duckdb.connect() as con:
        con.execute(TABLES)
        names = [name for name, *_ in con.execute("describe views").fetchall()]
        if views:
            columns = zip(names, zip(*views, strict=True), strict=True)
            con.register("made", pa.table(dict(columns)))
            con.execute("insert into views select * from made")
        con.execute(change)
        con.execute(LABELLED.format(factor=factor))
        rows = con.execute(
            f"select finding, severity, message || ' ' || remedy from ({findings_sql(**settings)})"
        ).fetchall()
    return {name: (severity, words) for name, severity, words in rows}


@functools.cache
def findings_of(kind: str) -> dict[str, tuple[str, str]]:
    return findings(KINDS[kind][0]())


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_log_is_found_and_no_other(kind: str):
    assert set(findings_of(kind)) == KINDS[kind][1]


ERRORS = {"nothing_played", "nothing_relevant", "play_in_seconds", "too_few_events"}


@pytest.mark.parametrize("kind", KINDS)
def test_only_what_nothing_can_be_learned_from_stops_the_job(kind: str):
    found = findings_of(kind)
    assert {name for name, (severity, _) in found.items() if severity == "error"} == {
        name for name in found if name in ERRORS
    }


def test_every_finding_is_whole_sentences_without_gaps():
    for kind in KINDS:
        for severity, words in findings_of(kind).values():
            assert severity in ("error", "warning")
            assert words.strip().endswith((".", "s", "y", "E", ")")) and "  " not in words


@pytest.mark.parametrize(
    ("count", "said"), [(1, "cannot be split into train and holdout"), (19, "19 events: too few")]
)
def test_a_handful_of_events_is_too_few(count: int, said: str):
    severity, words = findings(sensible_log()[:count])["too_few_events"]
    assert severity == "error"
    assert said in words


def test_pings_and_capped_players_hear_of_the_setting():
    assert "--sessionise 30s" in findings_of("pings")["pairs_repeat_within_seconds"][1]
    capped = findings_of("play capped at length")
    assert "--capped-play" in capped["nothing_relevant"][1]
    assert "--capped-play" in capped["play_is_capped"][1]


REJECTED = """
insert into rejected_rows
select 'big_matrix', range + 2, '33,22,3657,0,1700000693', 'video_duration', 'not above 0'
from range({many});
insert into rejected_rows
select 'big_matrix', 900, '33', null, 'the line has 1 fields, the first line 5';
"""


def test_many_rejected_rows_stop_the_job_and_name_reason_line_and_option():
    severity, words = findings(sensible_log(), REJECTED.format(many=199))["too_many_rejected"]
    assert severity == "error"
    for part in (
        "9.1 % of big_matrix (200 of 2,200 rows)",
        "most often (199) because video_duration is not above 0",
        "line 2: 33,22,3657,0,1700000693",
        "--max-rejected 10%",
    ):
        assert part in words


def test_rejected_rows_within_the_allowed_share_are_a_warning():
    found = findings(sensible_log(), REJECTED.format(many=199), max_rejected_share=0.1)
    assert set(found) == {"rows_set_aside"}
    assert found["rows_set_aside"][0] == "warning"


def test_a_file_of_which_no_row_can_be_read_asks_for_a_look():
    found = findings([], REJECTED.format(many=50))
    assert set(found) == {"too_many_rejected"}
    assert "--dry-run" in found["too_many_rejected"][1]


def test_a_clock_of_another_kind_and_a_guessed_encoding_are_said():
    days = each(lambda v: (*v[:4], v[4] // 1000))
    found = findings(days, guessed=True)
    assert set(found) == {"days_of_another_clock", "not_utf_8", "one_day"}
    assert "1970-01-20 to 1970-01-20" in found["days_of_another_clock"][1]
    assert "[format.user_features] encoding" in found["not_utf_8"][1]


def test_a_file_about_others_than_the_log_is_said_to_be():
    described = "insert into described values ('user_features', 10, 10, null);"
    described += " insert into stg_users select range from range({users})"
    found = findings(sensible_log(), described.format(users=70))
    assert "None of the 10 users of user_features is in the log" in found["not_described"][1]
    found = findings(sensible_log(), described.format(users=60))
    assert "user_features says nothing about 50 of 60 users" in found["not_described"][1]


def test_ids_that_a_spreadsheet_rounded_are_said_to_be():
    ids = "insert into id_keys values ('user', '1.23456E+18'), ('user', '1.23457E+18')"
    found = findings(sensible_log(), ids + ", ('video', '5e1'), ('video', 'a'), ('video', 'b')")
    assert set(found) == {"ids_are_rounded"}
    assert "ids of users are written" in found["ids_are_rounded"][1]


def test_broken_clocks_are_no_reason_to_stop():
    aside = "insert into rejected_rows select 'big_matrix', range + 2, '1,2', 'timestamp',"
    aside += " 'a clock far from the rest of the log' from range(400)"
    found = findings(sensible_log(), aside)
    assert set(found) == {"rows_set_aside"}
    assert "a clock far from" in found["rows_set_aside"][1]


def test_a_ratio_in_percent_beside_the_play_times_is_an_error():
    severity, words = findings(sensible_log(), factor=100)["ratio_disagrees"]
    assert severity == "error"
    assert "--columns watch_ratio=watch_ratio:percent" in words


def test_play_times_in_seconds_beside_ratios_that_say_otherwise_are_an_error():
    severity, words = findings(sensible_log(), factor=1000)["ratio_disagrees"]
    assert severity == "error"
    assert "--columns play_duration=play_duration:seconds" in words


def test_a_dense_matrix_with_gaps_is_said_to_have_them():
    gaps = "insert into stg_dense_interactions select range // 10, range % 10 from range(95)"
    assert set(findings(sensible_log(), gaps)) == {"dense_matrix_has_gaps"}
