"""Whatever bytes stand in the files: no error, no line lost, nothing executed.

The SQL is what dbt made of the project; only the files change under it. REELRANK_FUZZ_EXAMPLES
sets how many inputs each property gets.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reelrank.dbt_plugins.whole_files import file_stamp
from staging_loading import Loading
from staging_sources import (
    CAPTIONS,
    DAYS,
    MATRIX,
    USERS,
    caption_line,
    day_line,
    log_line,
    small_source,
    user_line,
)

EXAMPLES = int(os.environ.get("REELRANK_FUZZ_EXAMPLES", "40"))
FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# file: its first line, a good line, the view that types it
FILES = {
    "small_matrix": (MATRIX, log_line(0, 100, 5), "typed_dense_interactions"),
    "user_features": (USERS, user_line(1), "typed_users"),
    "item_categories": ("video_id,feat", '1,"[27, 9]"', "typed_video_tags"),
    "item_daily_features": (DAYS, day_line(1, "20200705"), "typed_video_days"),
    "social_network": ("user_id,friend_list", '0,"[1, 2]"', "typed_friendships"),
    "kuairec_caption_category": (CAPTIONS, caption_line(1), "typed_video_captions"),
}
NASTY = [
    b'"',
    b'""',
    b",",
    b"\r",
    b"\n",
    b"\r\n",
    b"\x00",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\x1f\x1e",
    b"\x1f",
    b"'; drop table staging.stg_users; --",
    b"=cmd|' /C calc'!A0",
    b"{{ 1 / 0 }}",
    b"-",
    b"1e999",
    b"9" * 40,
    b"x" * 5000,
    b".0",
    b"nan",
    b"\\",
    "快".encode(),
]


@st.composite
def damaged_lines(draw: st.DrawFn, good: str) -> bytes:
    """Draw a file body: good lines, cut lines, lines with something put in, bare bytes."""
    lines = []
    for _ in range(draw(st.integers(0, 6))):
        line = good.encode()
        for _ in range(draw(st.integers(0, 3))):
            place = draw(st.integers(0, len(line)))
            kind = draw(st.sampled_from(["put in", "cut", "flip", "bare"]))
            if kind == "put in":
                line = line[:place] + draw(st.sampled_from(NASTY)) + line[place:]
            elif kind == "cut":
                line = line[:place]
            elif kind == "flip" and place < len(line):
                line = line[:place] + bytes([draw(st.integers(0, 255))]) + line[place + 1 :]
            else:
                line = draw(st.binary(max_size=40))
        lines.append(line)
    return draw(st.sampled_from([b"\n", b"\r\n"])).join(lines)


def lines_in(body: bytes) -> int:
    """Count the lines that are not blank, by the rules of text files, without DuckDB."""
    return sum(line.strip(b" ") != b"" for line in re.split(rb"\r\n|\r|\n", body))


@dataclass(frozen=True)
class Fuzzed:
    """A database whose files can be written anew, and the compiled SQL of its models."""

    con: duckdb.DuckDBPyConnection
    data_dir: Path
    compiled: Path

    def write(self, file: str, header: str, body: bytes) -> None:
        self.con.execute("drop table if exists reject_errors; drop table if exists reject_scans")
        (self.data_dir / f"{file}.csv").write_bytes(header.encode() + b"\n" + body)

    def number(self, sql: str) -> int:
        # DuckDB writes reject_errors when the last row has been fetched
        [(found,)] = self.con.execute(sql).fetchall()
        return found

    def unreadable(self) -> int:
        if self.number("select count(*) from duckdb_tables() where table_name = 'reject_errors'"):
            return self.number("select count(distinct line) from reject_errors")
        return 0

    def model(self, name: str) -> str:
        return (self.compiled / f"{name}.sql").read_text()


@pytest.fixture(scope="module")
def fuzzed(loading: Loading) -> Fuzzed:
    loading.load_well(small_source())
    con = duckdb.connect()
    path = str(loading.db).replace("'", "''")
    con.execute(f"attach '{path}' as reelrank (read_only)")
    con.create_function("file_stamp", file_stamp)
    con.execute("use reelrank; set enable_external_file_cache = false; set threads = 2")
    home = loading.data_dir.parent / "target" / "compiled" / "reelrank" / "dbt_project"
    return Fuzzed(con, loading.data_dir, home / "models" / "staging")


@FUZZ
@given(body=damaged_lines(log_line(0, 0, 0)))
def test_every_line_of_the_log_is_kept_or_rejected(fuzzed: Fuzzed, body: bytes) -> None:
    fuzzed.write("big_matrix", MATRIX, body)
    valid = fuzzed.number("select count(*) from staging.typed_interactions where problem is null")
    rejected = fuzzed.number(
        "select count(problem.reason) from staging.typed_interactions where problem is not null"
    )
    unreadable = fuzzed.unreadable()
    assert valid + rejected + unreadable == lines_in(body)
    kept = fuzzed.number(
        f"select coalesce(sum(copy_count), 0) from ({fuzzed.model('stg_interactions')})"
    )
    assert kept == valid
    counted = fuzzed.number(
        f"select sum(line_count) from ({fuzzed.model('file_days')}) where file = 'big_matrix'"
    )
    assert counted + unreadable == lines_in(body)


@pytest.mark.parametrize("file", FILES)
@FUZZ
@given(data=st.data())
def test_every_line_of_the_other_files_is_kept_or_rejected(
    fuzzed: Fuzzed, file: str, data: st.DataObject
) -> None:
    header, good, typed = FILES[file]
    body = data.draw(damaged_lines(good))
    fuzzed.write(file, header, body)
    lines = fuzzed.number(f"select count(*) from staging.{typed}")
    # reading every value, not only counting
    fuzzed.con.execute(
        f"select md5(string_agg(view::varchar)) from staging.{typed} as view"
    ).fetchall()
    if file == "kuairec_caption_category":
        assert lines + fuzzed.unreadable() <= lines_in(body)
    else:
        assert lines + fuzzed.unreadable() == lines_in(body)


@FUZZ
@given(body=damaged_lines(caption_line(1)))
def test_no_text_of_a_caption_is_lost_between_its_lines(fuzzed: Fuzzed, body: bytes) -> None:
    fuzzed.write("kuairec_caption_category", CAPTIONS, body)
    rows = fuzzed.con.execute(
        "select line_content from staging.typed_video_captions order by line_number"
    ).fetchall()
    together = "".join(content for (content,) in rows).replace(" ", "")
    if fuzzed.unreadable() == 0:
        expected = re.sub(rb"[\r\n ]", b"", body).decode(errors="replace")
        assert together == expected


def test_nothing_in_the_files_was_executed(fuzzed: Fuzzed) -> None:
    assert fuzzed.number("select count(*) from staging.stg_users") == 3
