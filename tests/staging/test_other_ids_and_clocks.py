"""A log of another service: UUIDs, 64-bit ids, ids with commas, clocks and units of its own."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from staging_loading import Loading
from staging_sources import Source

USERS = [str(uuid.UUID(int=7 + 11 * number)) for number in range(5)]
VIDEOS = [str(9_000_000_000_000_000_000 + 17 * number) for number in range(4)]
AUTHORS = ['"Zoë, the cook"', "007", "7", "@快手"]
# half an hour before the clocks of Berlin go back, and after
BEGIN = datetime(2020, 10, 25, 0, 30, tzinfo=UTC)
BERLIN = "{local_timezone: Europe/Berlin}"


def other_source() -> Source:
    """Make a log of 200 views: ms in the log, ISO in the dense matrix, seconds for durations."""
    log = ["user_id,video_id,play_duration,video_duration,timestamp,watch_ratio,date"]
    for number in range(200):
        ms = int(BEGIN.timestamp() * 1000) + 3_600_000 * number
        user, video = USERS[number % 5], VIDEOS[number % 4]
        log.append(f"{user},{video},{number % 7}.5,12.25,{ms},\\N,soon")
    log[1] = log[1].replace("\\N", "NULL")
    broken = [f"{USERS[0]},{VIDEOS[0]},1,12.25,{ms},," for ms in (0, 4_099_680_000_000)]
    nobody = [f"NULL,{VIDEOS[0]},1,12.25,1603585800000,,", f"{USERS[0]},,1,12.25,1603585800000,,"]
    dense = ["user_id,video_id,play_duration,video_duration,timestamp"]
    for number, user in enumerate(USERS):
        moment = (BEGIN + timedelta(hours=number)).isoformat().replace("+00:00", "Z")
        dense.append(f"{user},{VIDEOS[number % 4]},12250,12250,{moment}")
    days = ["video_id,date,author_id,music_id,video_tag_id,video_duration"]
    days += [f"{v},2020-10-25,{a},m-{v[-1]},3,12250" for v, a in zip(VIDEOS, AUTHORS, strict=True)]
    tags = ["video_id,feat", f'{VIDEOS[0]},"[cooking, 9]"', f"{VIDEOS[1]},[9]", f"{VIDEOS[2]},[]"]
    friends = ["user_id,friend_list", f"{USERS[0]},\"['{USERS[1]}', '{USERS[2]}']\""]
    return Source(
        {
            "big_matrix": [*log, *broken, *nobody],
            "small_matrix": dense,
            "item_daily_features": days,
            "item_categories": tags,
            "social_network": friends,
            "user_features": ["user_id,register_days", f"{USERS[3]},12", "stranger,"],
        }
    )


@pytest.fixture(scope="module")
def loaded(loading: Loading) -> duckdb.DuckDBPyConnection:
    return loading.load_well(other_source(), "--vars", BERLIN)


def ids(con: duckdb.DuckDBPyConnection, entity: str) -> dict[int, str]:
    query = "select key, id from staging.id_keys where entity = ? order by key"
    return dict(con.execute(query, [entity]).fetchall())


def test_ids_get_keys_from_0_in_their_order(loaded: duckdb.DuckDBPyConnection) -> None:
    assert list(ids(loaded, "user").items()) == list(enumerate(sorted([*USERS, "stranger"])))
    assert list(ids(loaded, "video").values()) == VIDEOS
    assert set(ids(loaded, "author").values()) == {"Zoë, the cook", "007", "7", "@快手"}
    assert set(ids(loaded, "tag").values()) == {"cooking", "9"}
    assert len(ids(loaded, "music")) == 4
    assert ids(loaded, "video tag") == {}, "3 is a number and its own key"


def test_each_view_is_of_the_user_and_video_of_its_line(loaded: duckdb.DuckDBPyConnection) -> None:
    views = loaded.execute(
        "select users.id, videos.id, play_duration_ms, event_unix_ms"
        " from staging.stg_interactions as log"
        " inner join staging.id_keys as users on users.entity = 'user' and log.user_id = users.key"
        " inner join staging.id_keys as videos"
        " on videos.entity = 'video' and log.video_id = videos.key order by event_unix_ms"
    ).fetchall()
    begin = int(BEGIN.timestamp() * 1000)
    assert views == [
        (USERS[n % 5], VIDEOS[n % 4], (n % 7) * 1000 + 500, begin + 3_600_000 * n)
        for n in range(200)
    ]


def test_side_files_name_the_same_users_videos_and_tags(loaded: duckdb.DuckDBPyConnection) -> None:
    users, videos, tags = (ids(loaded, entity) for entity in ("user", "video", "tag"))
    found = loaded.execute("from staging.stg_friendships order by friend_id").fetchall()
    assert [(users[a], users[b]) for a, b in found] == [(USERS[0], USERS[1]), (USERS[0], USERS[2])]
    found = loaded.execute("from staging.stg_video_tags order by video_id").fetchall()
    assert [(videos[v], [tags[t] for t in listed]) for v, listed in found] == [
        (VIDEOS[0], ["cooking", "9"]),
        (VIDEOS[1], ["9"]),
        (VIDEOS[2], []),
        (VIDEOS[3], []),
    ]
    authors = ids(loaded, "author")
    found = loaded.execute("select video_id, author_id from staging.stg_video_days").fetchall()
    assert {videos[v]: authors[a] for v, a in found} == {
        video: author.strip('"') for video, author in zip(VIDEOS, AUTHORS, strict=True)
    }


def test_what_was_found_by_looking_is_written_down(loaded: duckdb.DuckDBPyConnection) -> None:
    formats = loaded.execute(
        "select file, column_name, format from staging.column_formats"
        " where file in ('big_matrix', 'small_matrix') and decided_by = 'found in the file'"
    ).fetchall()
    assert {(file[:3], column): format_ for file, column, format_ in formats} == {
        ("big", "user_id"): "text",
        ("big", "video_id"): "text",
        ("big", "timestamp"): "milliseconds",
        ("big", "play_duration"): "seconds",
        ("big", "video_duration"): "seconds",
        ("big", "watch_ratio"): "ratio",
        ("sma", "user_id"): "text",
        ("sma", "video_id"): "text",
        ("sma", "timestamp"): "iso",
        ("sma", "play_duration"): "milliseconds",
        ("sma", "video_duration"): "milliseconds",
        ("sma", "watch_ratio"): "ratio",
    }


def test_no_row_is_lost_for_a_column_that_need_not_be_there(
    loaded: duckdb.DuckDBPyConnection,
) -> None:
    rejected = loaded.execute(
        "select column_name, split_part(reason, ';', 1), line_number from staging.rejected_rows"
        " order by line_number"
    ).fetchall()
    assert rejected == [
        ("timestamp", "a clock far from the rest of the log", 202),
        ("timestamp", "a clock far from the rest of the log", 203),
        ("user_id", "no id", 204),
        ("video_id", "no id", 205),
    ]
    report = loaded.execute(
        "select rows_read, rows_kept, rows_rejected, rows_of_broken_clocks"
        " from staging.load_report where file = 'big_matrix'"
    ).fetchone()
    assert report == (204, 200, 4, 2)


def test_the_hour_that_berlin_has_twice_is_two_hours(loaded: duckdb.DuckDBPyConnection) -> None:
    hours = loaded.execute(
        "select event_at from staging.stg_interactions order by event_unix_ms limit 3"
    ).fetchall()
    assert [hour for (hour,) in hours] == [
        datetime(2020, 10, 25, 2, 30),
        datetime(2020, 10, 25, 2, 30),
        datetime(2020, 10, 25, 3, 30),
    ]
    (dense,) = loaded.execute(
        "select min(event_unix_ms) from staging.stg_dense_interactions"
    ).fetchone()
    assert dense == int(BEGIN.timestamp() * 1000)
