"""Separators, marks, encodings and containers: one source in many of them, read once."""

from __future__ import annotations

import gzip
import io
import re
from datetime import datetime

import duckdb
import pyarrow.parquet as pq
import pytest
from staging_loading import Loading
from staging_sources import Source, small_source, zipped

TITLES = ["Export of 2026-11-25", ""]


def semicolons(line: str) -> str:
    """Write a line with semicolons and decimal commas."""
    return line.replace(",", ";").replace(".", ",")


def parquet(query: str) -> bytes:
    """Write the rows of a query as a Parquet file."""
    written = io.BytesIO()
    pq.write_table(duckdb.connect().execute(query).to_arrow_table(), written)
    return written.getvalue()


def source_of_many_ways() -> Source:
    """Make the small source with each file written in another way."""
    source = small_source()
    log = [semicolons(line) for line in source.lines.pop("big_matrix")]
    log[0] = '"User ID";videoId;PLAY-DURATION;"video_duration";time;date;Timestamp;watch_ratio'
    log[1] = log[1].replace("5000", "5.000")
    log.append("no view at all")
    source.raw["big_matrix.tsv"] = "\r\n".join([*TITLES, *log]).encode("utf-16-be")
    dense = [line.replace(",", "|") for line in source.lines["small_matrix"]]
    dense[0] = dense[0].replace("|time|", "|day|").replace("|timestamp|", "|clock|")
    dense[1:] = [
        re.sub(r"\|(2020-\S+) (.*?)\|(.*?)\|.*?\|", r"|\1|\3|\2|", line).replace(
            "|10000|", "|10,000|"
        )
        for line in dense[1:]
    ]
    source.raw["small_matrix"] = "\n".join([*TITLES, *dense]).encode()
    users = [
        line.replace("full_active", "tr\xe8s \u2019actif\u2019")
        for line in source.lines["user_features"]
    ]
    source.raw["user_features"] = "\n".join(users).encode("cp1252") + b"\n\x81,,,"
    days = source.lines.pop("item_daily_features")
    turned = [",".join(reversed(line.split(","))) for line in days]
    source.raw["item_daily_features.csv/part-0.csv.gz"] = zipped(days[:3])
    source.raw["item_daily_features.csv/part-1.csv.gz"] = gzip.compress(
        "\n".join([turned[0], *turned[3:]]).encode()
    )
    source.raw["item_daily_features.csv/_SUCCESS"] = b""
    del source.lines["item_categories"]
    source.raw["item_categories/year=2020/a.parquet"] = parquet(
        "select range::bigint as video_id, [8]::integer[] as feat from range(5)"
    )
    source.raw["item_categories/year=2021/b.parquet"] = parquet(
        "select feat, video_id::double as video_id"
        " from (values ([8], 100), ([27, 9], 101), ([1], 3.5)) as made (feat, video_id)"
    )
    source.lines["social_network"] = ["user_id\tfriend_list", "0\t[1, 2]\t", "1\t[0]\t"]
    return source


@pytest.fixture(scope="module")
def loaded(loading: Loading) -> duckdb.DuckDBPyConnection:
    # 3.5 is one of eight ids, so by looking alone they would all be texts
    said = (
        "{column_units: {item_categories: {video_id: whole numbers}},"
        " column_names: {small_matrix: {timestamp: day+clock}}}"
    )
    return loading.load_well(source_of_many_ways(), "--vars", said)


def test_each_file_is_read_whole(loaded: duckdb.DuckDBPyConnection) -> None:
    report = loaded.execute(
        "select file, rows_read, rows_kept, rows_rejected from staging.load_report order by file"
    ).fetchall()
    assert report == [
        ("big_matrix", 16, 15, 1),
        ("item_categories", 8, 7, 1),
        ("item_daily_features", 7, 7, 0),
        ("kuairec_caption_category", 7, 7, 0),
        ("small_matrix", 6, 6, 0),
        ("social_network", 2, 2, 0),
        ("user_features", 4, 3, 1),
    ]


def test_numbers_with_marks_of_their_own_are_the_same_numbers(
    loaded: duckdb.DuckDBPyConnection,
) -> None:
    assert loaded.execute(
        "select play_duration_ms, video_duration_ms, watch_ratio, event_at"
        " from staging.stg_interactions where user_id = 0 and video_id < 2 order by video_id"
    ).fetchall() == [
        (5000, 10000, 0.5, datetime(2020, 7, 5, 0, 8, 23, 438000)),
        (5000, 10000, 0.5, datetime(2020, 7, 5, 0, 9, 23, 438000)),
    ]
    assert loaded.execute(
        "select distinct play_duration_ms, video_duration_ms, event_at"
        " from staging.stg_dense_interactions where video_id = 100"
    ).fetchall() == [(5000, 10000, datetime(2020, 7, 5, 0, 8, 23, 438000))]


def test_a_rejected_row_is_found_in_the_part_it_is_in(
    loaded: duckdb.DuckDBPyConnection,
) -> None:
    rejected = loaded.execute(
        "select parse_filename(file_path), line_number, line_content[:26]"
        " from staging.rejected_rows order by all"
    ).fetchall()
    assert rejected == [
        ("b.parquet", 3, '{"feat":[1],"video_id":3.5'),
        ("big_matrix.tsv", 19, "no view at all"),
        ("user_features.csv", 5, "?,,,"),
    ]


def test_letters_beyond_ascii_and_lists_of_other_types_are_read(
    loaded: duckdb.DuckDBPyConnection,
) -> None:
    assert loaded.execute(
        "select distinct user_active_degree from staging.stg_users"
    ).fetchall() == [("tr\xe8s \u2019actif\u2019",)]
    assert loaded.execute(
        "select tag_ids from staging.stg_video_tags where video_id >= 100 order by video_id"
    ).fetchall() == [([8],), ([27, 9],)]
    assert loaded.execute("select count(*) from staging.stg_friendships").fetchone() == (3,)
