"""Read scores or lists from a file, and refuse with the row what cannot be judged."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from reelrank.errors import UserError
from reelrank.warehouse.faults import first_line
from reelrank.warehouse.sql import quote_identifier, quote_text, read_sql

READERS = {
    ".parquet": "read_parquet",
    ".csv": "read_csv",
    ".tsv": "read_csv",
    ".json": "read_json",
    ".ndjson": "read_json",
}
IDS = ("user_id", "video_id")
VALUES = {"score": "scores", "rank": "lists"}
HOW_TO = "It needs user_id, video_id and score, or user_id, video_id and rank"


@dataclass(frozen=True)
class GivenFile:
    """What a file holds; its rows are in temp table your_scores(user_id, video_id, score).

    Attributes
    ----------
    kind : str
        `scores`, or `lists`, whose score is minus the rank.
    row_count : int
    """

    kind: str
    row_count: int


def read_file(con: duckdb.DuckDBPyConnection, path: Path, value: str) -> GivenFile:
    """Check a file against the users and videos of the log; make temp table your_scores.

    Tables judge_users and judge_videos must be there, and view given of `open_file`, which
    also gave `value`.

    Raises
    ------
    UserError
        Naming file, row, column, what it holds and what to do.
    """
    try:
        con.execute(read_sql("your_model/sql/given_rows.sql"))
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        raise _unreadable(path, error) from error
    fault = con.execute(read_sql("your_model/sql/faults.sql"), {"value": value}).fetchone()
    if fault:
        row, column, problem, count = fault
        more = f" ({count - 1:,} more rows are like it)" if count > 1 else ""
        raise UserError(f"{path}, row {row:,}, column {column}: {problem}{more}.", _remedy(column))
    con.execute(read_sql("your_model/sql/your_scores.sql"), {"value": value})
    (count,) = con.execute("select count(*) from your_scores").fetchone()
    con.execute("drop table given_rows")
    if not count:
        raise UserError(f"{path} holds no rows.", f"{HOW_TO}, a row for each pair.")
    return GivenFile(VALUES[value], count)


def open_file(con: duckdb.DuckDBPyConnection, path: Path) -> str:
    """Make temp view given of the three columns; return `score` or `rank`, whichever it has.

    Raises
    ------
    UserError
        If the file cannot be read or lacks a column.
    """
    if not path.is_file():
        raise UserError(f"There is no file {path}.", "Name the file with your scores or lists.")
    suffix = next((end for end in path.suffixes[::-1] if end not in (".gz", ".zst")), "")
    if suffix not in READERS:
        raise UserError(
            f"{path} is not of a supported file type.", f"Save it as one of {', '.join(READERS)}."
        )
    source = f"{READERS[suffix]}({quote_text(str(path))})"
    try:
        names = [name for name, *_ in con.execute(f"describe from {source}").fetchall()]
    except duckdb.Error as error:
        raise _unreadable(path, error) from error
    values = [name for name in VALUES if name in names]
    missing = [name for name in IDS if name not in names]
    if missing or len(values) != 1:
        problem = f"no column {missing[0]}" if missing else "neither score nor rank"
        problem = "both score and rank" if len(values) == 2 and not missing else problem
        raise UserError(f"{path} has {problem}.", f"{HOW_TO}; it has {', '.join(names)}.")
    con.execute(
        "create or replace temp view given as select user_id as given_user,"
        f" video_id as given_video, {quote_identifier(values[0])} as given_value from {source}"
    )
    return values[0]


def _unreadable(path: Path, error: duckdb.Error) -> UserError:
    return UserError(f"{path} cannot be read: {first_line(error)}", f"{HOW_TO}.")


def _remedy(column: str) -> str:
    return {
        "user_id": "Use the ids of the log: select user_id from ml.recommendations, or "
        "main.user_shown(user_id) of the tables of training.",
        "video_id": "Use the ids of the log: select video_id from main.videos, or "
        "main.video_shown(video_id) of the tables of training.",
        "score": "Give every row a finite number, higher for what should come first.",
        "rank": "Number the videos of each user from 1, the best first, no number twice.",
        "user_id, video_id": "Keep one row for each pair of user and video.",
    }[column]
