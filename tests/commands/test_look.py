"""The first rows of a dry run: each is shown as it is understood, or with what is wrong."""

from __future__ import annotations

import duckdb
from reelrank_cli.pipeline.look import _first_rows

TYPED = """
create schema staging;
create table staging.id_keys as select 'user' as entity, 0 as key, 'u-7' as id;
create table staging.typed_interactions as
select
    unnest(['u-7,3,1500,3000,1700000000', '-----']) as line_content,
    unnest([0, null]) as user_id,
    unnest([3, null]) as video_id,
    unnest([1500, null]) as play_duration_ms,
    unnest([3000, null]) as video_duration_ms,
    unnest([0.5, null]) as watch_ratio,
    unnest([1700000000000, null]) as event_unix_ms,
    unnest([
        null,
        {'column_name': null::varchar, 'reason': 'the line has 1 fields, the first line 5'}
    ]) as problem;
"""


def test_a_line_without_a_column_to_blame_is_shown_with_its_reason():
    with duckdb.connect() as con:
        con.execute(TYPED)
        lines = _first_rows(con, "Europe/Berlin")
    assert lines[2] == (
        "    user u-7 watched 1.5 s of video 3 (3 s, ratio 0.50) on Tue 2023-11-14 23:13:20"
    )
    assert lines[3] == "  -----"
    assert lines[4].endswith(": the line has 1 fields, the first line 5")
