"""What other tools write of the same data loads as if KuaiRec had written it."""

from __future__ import annotations

from datetime import date, datetime

import duckdb
import pytest
from staging_loading import Loading
from staging_sources import MATRIX, USERS, Source, day_line, log_line, small_source, zipped

DENSE_NULL_TIME = "2,101,4407,7013,,,,0.6284043918437188"


def odd_source() -> Source:
    """Make the small source as other tools would write it."""
    source = small_source()
    log = source.lines["big_matrix"]
    log[1] = log_line(0, 0, 0).replace("20200705", "20200705.0")
    log.append(log[3])  # the same view again
    log.append(log[3].replace("20200705", "20200706"))  # and under another label
    log.append(log_line(0, 0, 500))  # watched again
    log.insert(4, "")
    source.raw["big_matrix"] = "\ufeff".encode() + "\r\n".join(log).encode()
    source.lines["small_matrix"][6] = DENSE_NULL_TIME
    users = [line.split(",") for line in source.lines["user_features"][:1]]
    assert users[0][0] == "user_id"
    source.raw["user_features"] = (
        b'"'
        + USERS.replace(",", '","').encode()
        + b'"\r\n'
        + b"".join(
            (line.replace("full_active", "UNKNOWN") + "\r\n").encode()
            for line in source.lines["user_features"][1:]
        )
    )
    source.raw["item_categories.csv.gz"] = zipped(source.lines.pop("item_categories"))
    days = [line.split(",") for line in source.lines["item_daily_features"]]
    days = [
        [*reversed(row), "extra" if number == 0 else '"a, b"'] for number, row in enumerate(days)
    ]
    source.lines["item_daily_features"] = [",".join(row) for row in days]
    source.lines["social_network"] = ["user_id,friend_list", "0,[2]", '1,"[0, 2]"', "2,[]"]
    captions = source.lines["kuairec_caption_category"]
    captions[1] = captions[1].replace("a caption", "two\rlines")
    captions[2] = captions[2].replace("a caption", '"commas, and ""quotes"""')
    captions[3] = captions[3].replace("selfies", "").replace("[one]", "[]")
    captions[4] = captions[4].replace("[one]", '"[one,two]"').replace("a caption", "")
    source.raw["kuairec_caption_category"] = "\r\n".join(captions).encode()
    return source


@pytest.fixture(scope="module")
def loaded(loading: Loading) -> duckdb.DuckDBPyConnection:
    return loading.load_well(odd_source())


def test_nothing_of_it_is_rejected(loaded: duckdb.DuckDBPyConnection) -> None:
    assert loaded.execute("select * from staging.rejected_rows").fetchall() == []


def test_a_byte_order_mark_and_crlf_endings_cost_no_row(loaded: duckdb.DuckDBPyConnection) -> None:
    report = loaded.execute(
        "select rows_read, rows_kept, rows_duplicate, users, videos, rows_watched_again"
        " from staging.load_report where file = 'big_matrix'"
    ).fetchone()
    assert report == (18, 16, 2, 3, 5, 1)


def test_a_view_written_again_is_kept_once_under_its_earliest_label(
    loaded: duckdb.DuckDBPyConnection,
) -> None:
    row = loaded.execute(
        "select copy_count, partition_date from staging.stg_interactions where copy_count > 1"
    ).fetchall()
    assert row == [(3, date(2020, 7, 5))]


def test_a_video_watched_again_is_a_new_view_with_its_ordinal(
    loaded: duckdb.DuckDBPyConnection,
) -> None:
    rows = loaded.execute(
        "select nth_watch, event_at from staging.stg_interactions"
        " where user_id = 0 and video_id = 0 order by nth_watch"
    ).fetchall()
    assert rows == [
        (1, datetime(2020, 7, 5, 0, 8, 23, 438000)),
        (2, datetime(2020, 7, 5, 8, 28, 23, 438000)),
    ]


def test_a_dense_pair_without_time_has_none(loaded: duckdb.DuckDBPyConnection) -> None:
    row = loaded.execute(
        "select play_duration_ms, video_duration_ms, watch_ratio, event_unix_ms, event_at,"
        " partition_date from staging.stg_dense_interactions where user_id = 2 and video_id = 101"
    ).fetchone()
    assert row == (4407, 7013, 0.6284043918437188, None, None, None)


def test_unknown_is_null(loaded: duckdb.DuckDBPyConnection) -> None:
    assert loaded.execute(
        "select distinct user_active_degree, follow_user_num_range from staging.stg_users"
    ).fetchall() == [(None, "(0,10]")]
    assert loaded.execute(
        "select distinct third_level_category_id, third_level_category_name, cover_text"
        " from staging.stg_video_captions"
    ).fetchall() == [(None, None, None)]


def test_zipped_files_and_lists_load(loaded: duckdb.DuckDBPyConnection) -> None:
    tags = loaded.execute("from staging.stg_video_tags where video_id >= 100").fetchall()
    assert tags == [(100, [8]), (101, [27, 9])]
    friends = loaded.execute("from staging.stg_friendships").fetchall()
    assert friends == [(0, 2), (1, 0), (1, 2)]


def test_columns_in_another_order_and_extra_ones_do_no_harm(
    loaded: duckdb.DuckDBPyConnection,
) -> None:
    rows = loaded.execute(
        "select video_id, date, uploaded_on, video_duration_ms, show_cnt, play_progress"
        " from staging.stg_video_days where video_id = 3"
    ).fetchall()
    assert rows == [(3, date(2020, 7, 5), date(2020, 3, 30), 10000, 100, 0.58)]


def test_captions_keep_commas_and_quotes_and_lose_line_breaks(
    loaded: duckdb.DuckDBPyConnection,
) -> None:
    rows = loaded.execute(
        "select caption, topic_tags, second_level_category_name"
        " from staging.stg_video_captions where video_id < 4 order by video_id"
    ).fetchall()
    assert rows == [
        ("two lines", ["one"], "selfies"),
        ('commas, and "quotes"', ["one"], "selfies"),
        ("a caption", [], None),
        (None, ["one", "two"], "selfies"),
    ]


def test_of_two_rows_of_a_day_the_most_complete_then_the_most_shown_then_the_first_stays(
    loading: Loading,
) -> None:
    source = small_source()
    poor = day_line(0, "20200705", shows=999).replace(",tag,", ",,")
    first_of_equals = day_line(2, "20200705", shows=100).replace(",7,NORMAL", ",6,NORMAL")
    days = source.lines["item_daily_features"]
    source.lines["item_daily_features"] = [
        days[0],
        poor,
        first_of_equals,
        *days[1:],
        day_line(1, "20200705", shows=101),
        day_line(1, "20200705", shows=99),
    ]
    source.lines["small_matrix"].append(log_line(0, 100, 4))  # the same pair, earlier
    con = loading.load_well(source)
    kept = con.execute(
        "select video_id, show_cnt, author_id, video_tag_name, copy_count"
        " from staging.stg_video_days where video_id < 3 order by video_id"
    ).fetchall()
    assert kept == [(0, 100, 7, "tag", 2), (1, 101, 7, "tag", 3), (2, 100, 6, "tag", 2)]
    report = con.execute(
        "select file, rows_duplicate from staging.load_report where rows_duplicate > 0"
    ).fetchall()
    assert report == [("item_daily_features", 4), ("small_matrix", 1)]
    assert con.execute(
        "select event_at, copy_count from staging.stg_dense_interactions"
        " where user_id = 0 and video_id = 100"
    ).fetchall() == [(datetime(2020, 7, 5, 0, 12, 23, 438000), 2)]


def test_own_logs_need_five_columns_of_one_file(loading: Loading) -> None:
    columns = [0, 1, 2, 3, 6]
    log = [
        ",".join(line.split(",")[c] for c in columns) for line in small_source().lines["big_matrix"]
    ]
    con = loading.load_well(Source({"big_matrix": log}))
    assert MATRIX.split(",")[6] == "timestamp"
    assert con.execute("select kind, label from staging.data_source").fetchone() == (
        "own",
        "own logs (data)",
    )
    assert con.execute(
        "select count(*), min(watch_ratio), max(watch_ratio) from staging.stg_interactions"
    ).fetchone() == (15, 0.5, 0.5)
    assert con.execute("select user_id, register_days from staging.stg_users").fetchall() == [
        (0, None),
        (1, None),
        (2, None),
    ]
    assert con.execute(
        "select count(*), max(len(tag_ids)) from staging.stg_video_tags"
    ).fetchone() == (5, 0)
    for table in (
        "stg_dense_interactions",
        "stg_video_days",
        "stg_friendships",
        "stg_video_captions",
    ):
        assert con.execute(f"select count(*) from staging.{table}").fetchone() == (0,)
