"""Options and reelrank.toml say the same things about a log, in the same words."""

from __future__ import annotations

from pathlib import Path

import pytest
from reelrank.errors import UserError
from reelrank_cli.pipeline.options import read_options
from reelrank_cli.pipeline.settings import dbt_variables

TOML = """
zone = "Europe/Berlin"
clock = "milliseconds"
sessionise = "1m"
capped_play = true

[columns]
user_id = "viewer"
play_duration = "watched_s:seconds"
video_duration = {name = "a:b", unit = "h:m:s"}
watch_ratio = ""

[columns.user_features]
user_id = "uid"

[units]
watch_ratio = "percent"

[ids]
user_id = "text"

[format]
delimiter = ";"

[checks]
max_rejected = "10 %"
"""
OPTIONS = [
    *("--columns", "user_id=viewer,play_duration=watched_s:seconds,watch_ratio="),
    *("--clock", "milliseconds", "--zone", "Europe/Berlin", "--sessionise", "60"),
    *("--capped-play", "--max-rejected", "0.1"),
]


def variables(folder: Path, *options: str) -> dict[str, object]:
    return dbt_variables(folder, read_options(["--data", str(folder), *options]).said_of_log)


def test_the_file_says_everything(tmp_path: Path):
    (tmp_path / "reelrank.toml").write_text(TOML)
    assert variables(tmp_path) == {
        "column_names": {
            "big_matrix": {
                "user_id": "viewer",
                "play_duration": "watched_s",
                "video_duration": "a:b",
                "watch_ratio": "",
            },
            "user_features": {"user_id": "uid"},
        },
        "column_units": {
            "big_matrix": {
                "play_duration": "seconds",
                "video_duration": "h:m:s",
                "watch_ratio": "percent",
                "timestamp": "milliseconds",
                "user_id": "text",
            }
        },
        "file_formats": {"big_matrix": {"delimiter": ";"}},
        "local_timezone": "Europe/Berlin",
        "sessionise_seconds": 60,
        "capped_play": True,
        "max_rejected_share": 0.1,
    }


def test_the_options_say_the_same_and_win_over_the_file(tmp_path: Path):
    said = variables(tmp_path, *OPTIONS)
    assert said == {
        "column_names": {
            "big_matrix": {"user_id": "viewer", "play_duration": "watched_s", "watch_ratio": ""}
        },
        "column_units": {"big_matrix": {"play_duration": "seconds", "timestamp": "milliseconds"}},
        "local_timezone": "Europe/Berlin",
        "sessionise_seconds": 60,
        "capped_play": True,
        "max_rejected_share": 0.1,
    }
    (tmp_path / "reelrank.toml").write_text('zone = "Asia/Tokyo"\n[columns]\nvideo_id = "clip"')
    said = variables(tmp_path, *OPTIONS)
    assert said["local_timezone"] == "Europe/Berlin"
    assert said["column_names"]["big_matrix"]["video_id"] == "clip"
    assert said["column_names"]["big_matrix"]["user_id"] == "viewer"


def test_a_boundary_is_a_day_or_the_last_days(tmp_path: Path):
    (tmp_path / "reelrank.toml").write_text("boundary = 2020-09-01")
    assert variables(tmp_path) == {"boundary": "2020-09-01"}
    assert variables(tmp_path, "--boundary", "last-7-days") == {"boundary": "last-7-days"}


def test_nothing_said_is_no_variable_at_all(tmp_path: Path):
    assert variables(tmp_path) == {}


@pytest.mark.parametrize(
    ("toml", "options", "words"),
    [
        ("zone = ", [], ["reelrank.toml is not TOML"]),
        ("colums = 1", [], ["says colums", "columns"]),
        ("columns = 1", [], ["columns is not a table"]),
        ("[columns]\nviewer = 'user_id'", [], ["no column viewer", "user_id"]),
        ("capped_play = 'yes'", [], ["capped_play", "true"]),
        ("", ["--columns", "user_id"], ["--columns user_id", "OURS=THEIRS"]),
        ("", ["--columns", "play_duration=x:secs"], ["'secs'", "not a unit", "seconds"]),
        ("", ["--max-rejected", "110%"], ["110%", "not a share"]),
        ("", ["--sessionise", "soon"], ["soon", "not a time"]),
        ("", ["--boundary", "2020-13-01"], ["2020-13-01", "not a day", "last-7-days"]),
        ("boundary = 'last-0-days'", [], ["last-0-days", "not a day"]),
        ("[format]\nskip = 'two'", [], ["skip: two", "line of the header"]),
        ("[format]\nskip = -2", [], ["skip: -2", "line of the header"]),
        ("[format]\ndecimal = 'x'", [], ["decimal: x", '","']),
        ("[format]\nencoding = 8", [], ["encoding: 8", "gb18030"]),
        ("[checks]\nmaximum = 1", [], ["maximum", "max_rejected"]),
        ("[columns.nofile]\nuser_id = 'a'", [], ["nofile", "user_features"]),
    ],
)
def test_what_cannot_be_understood_is_reported(
    toml: str, options: list[str], words: list[str], tmp_path: Path
):
    (tmp_path / "reelrank.toml").write_text(toml)
    with pytest.raises(UserError) as refused:
        variables(tmp_path, *options)
    said = f"{refused.value.problem}\n{refused.value.remedy}"
    assert [word for word in words if word not in said] == [], said
    assert len(said.splitlines()) == 2
