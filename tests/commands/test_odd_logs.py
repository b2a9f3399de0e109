"""Logs as people really have them: each is read, or stops with two lines that name the way on."""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest
from reelrank_cli.pipeline.findings import read_findings, stopping_error
from workbench import ROOT, dbt

ODD_LOGS = Path(os.environ.get("REELRANK_ODD_LOGS") or ROOT.parent / "shared" / "odd_logs")

pytestmark = pytest.mark.slow

# What stops the job, by what its two lines must name.
STOPPED = {
    "nothing-played": ["Every play time is 0", "nothing can be learned", "play_duration=NAME"],
    "one-event": ["one event", "cannot be split into train and holdout"],
    "picture-posts-of-no-length": [
        "464 of 4,800",
        "video_duration",
        "line 2",
        "--max-rejected 10%",
    ],
    "play-capped-at-length": ["No view", "relevant", "--capped-play"],
    "floats-after-a-merge": ["of big_matrix", "as in line", "--max-rejected"],
}
# What goes on, by the share of its rows that is kept and what is said about it.
READ = {
    "all-in-milliseconds": (1, []),
    "iso-timestamps": (1, []),
    "null-words-in-optional-columns": (1, []),
    "semicolons-decimal-commas": (1, []),
    "title-line-first": (1, []),
    "uuid-users": (1, []),
    "clocks-of-2000-and-2099": (0.99167, ["clock"]),
    "heartbeats": (1, ["repeat the same user and video within 30 s", "--sessionise 30s"]),
    "one-instant-for-the-last-half": (1, ["50.0 % of the events carry one and the same time"]),
    "one-user": (1, ["intervals over one user are worthless"]),
    "three-users-two-videos": (1, ["nothing is left to recommend"]),
}


def read_log(folder: Path, database: Path, *options: str) -> Path:
    """Do what the job does before it makes features; the database."""
    done = dbt("run", "-s", "+log_findings", *options, database=database, data=folder)
    assert done.returncode == 0, done.stdout[-3000:]
    return database


def shared(name: str) -> Path:
    if not (ODD_LOGS / name).is_dir():
        pytest.skip(f"no {name} in {ODD_LOGS}; REELRANK_ODD_LOGS names another folder")
    return ODD_LOGS / name


def kept(database: Path) -> tuple[int, int]:
    with duckdb.connect(str(database), read_only=True) as con:
        return con.execute(
            "select rows_kept, rows_read from staging.load_report where file = 'big_matrix'"
        ).fetchone()


@pytest.mark.parametrize("name", STOPPED)
def test_what_cannot_be_learned_from_is_reported_with_the_way_on(name: str, tmp_path: Path):
    error = stopping_error(read_log(shared(name), tmp_path / "odd.duckdb"))
    said = f"{error.problem}\n{error.remedy}"
    assert len(said.splitlines()) == 2
    assert [words for words in STOPPED[name] if words not in said] == [], said


@pytest.mark.parametrize("name", READ)
def test_what_can_be_read_is_read_and_its_oddities_are_said(name: str, tmp_path: Path):
    share, words = READ[name]
    database = read_log(shared(name), tmp_path / "odd.duckdb")
    assert stopping_error(database) is None
    rows_kept, rows_read = kept(database)
    assert rows_kept == pytest.approx(share * rows_read, rel=1e-4)
    said = " ".join(f"{found.message} {found.remedy}" for found in read_findings(database))
    assert [word for word in words if word not in said] == [], said


def test_no_odd_log_is_forgotten():
    if ODD_LOGS.is_dir():
        assert {folder.name for folder in ODD_LOGS.iterdir() if folder.is_dir()} == {
            *STOPPED, *READ,
        }  # fmt: skip
