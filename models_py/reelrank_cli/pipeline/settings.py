"""What was said about a log, by options and by `reelrank.toml` beside it, as dbt variables."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

import duckdb
from reelrank.errors import UserError

from reelrank_cli.pipeline.state import SOURCE_FILES

FILE = "reelrank.toml"
LOG = "big_matrix"
LOG_COLUMNS = (
    "user_id", "video_id", "play_duration", "video_duration", "timestamp", "watch_ratio", "date",
    "time",
)  # fmt: skip
UNITS = {
    "milliseconds", "microseconds", "nanoseconds", "seconds", "minutes", "h:m:s", "percent",
    "text", "whole numbers",
}  # fmt: skip
CLOCKS = {
    "seconds", "milliseconds", "microseconds", "nanoseconds", "iso", "day first", "month first",
    "month by name", "digits of the calendar", "days since 1900", "mixed",
}  # fmt: skip
# a word of [format], and what it may be
FORMAT = {
    "delimiter": (r"[^\r\n\"]+", 'the text between two columns, like ";"'),
    "decimal": (r"[.,]", '"." or ","'),
    "group": (r"[., '\u2019]?", 'the mark between thousands: ".", ",", a space or "\'"'),
    "encoding": (r"[A-Za-z][\w.-]*", 'a name that Python knows, like "gb18030"'),
    "skip": (r"[1-9]\d{0,8}", "a number: the line of the header, 1 if it is the first"),
}
SECTIONS = ("columns", "units", "ids", "format", "checks")
REMEDY = f"docs/own_logs.md shows a whole {FILE}."
SECONDS = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600}


def dbt_variables(folder: Path, said: dict[str, object]) -> dict[str, object]:
    """Variables for dbt: what the file in `folder` says, and over it what the options say.

    Parameters
    ----------
    folder : Path
        The data; may hold `reelrank.toml`.
    said : dict
        The options given, under the words of the file.

    Raises
    ------
    UserError
        If a word or value cannot be understood.

    Examples
    --------
    >>> dbt_variables(Path("nowhere"), {"sessionise": "30s", "max_rejected": "10%"})
    {'sessionise_seconds': 30, 'max_rejected_share': 0.1}
    """
    variables: dict[str, object] = {}
    _add(variables, _read(folder / FILE))
    columns = said.get("columns")
    _add(variables, said | ({"columns": _parse_columns(str(columns))} if columns else {}))
    return variables


def _parse_columns(text: str) -> dict[str, str]:
    """Read `user_id=viewer,play_duration=watched_s:seconds` as a table of the file.

    Examples
    --------
    >>> _parse_columns("user_id=viewer,play_duration=watched_s:seconds")
    {'user_id': 'viewer', 'play_duration': 'watched_s:seconds'}
    """
    pairs = [pair.partition("=") for pair in text.split(",")]
    unclear = [ours for ours, equals, _ in pairs if not equals or not ours.strip()]
    if unclear:
        raise UserError(
            f"--columns {text} is not a list of OURS=THEIRS or OURS=THEIRS:UNIT.",
            f"Like: --columns user_id=viewer,play_duration=watched_s:seconds. {REMEDY}",
        )
    return {ours.strip(): theirs.strip() for ours, _, theirs in pairs}


def _read(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{file} is not TOML: {error}.", REMEDY) from error


def _add(variables: dict[str, object], words: dict[str, object]) -> None:
    known = (*SECTIONS, "clock", *VALUES)
    unknown = sorted(set(words) - set(known))
    if unknown:
        raise UserError(
            f"{FILE} says {unknown[0]}, which nothing here understands.",
            f"It may say: {', '.join(known)}. {REMEDY}",
        )
    for file, columns in _by_file(_section(words, "columns")).items():
        _add_columns(variables, file, columns)
    clock = {"timestamp": words["clock"]} if "clock" in words else {}
    for section in (_section(words, "units") | clock, _section(words, "ids")):
        for file, units in _by_file(section).items():
            for column, unit in units.items():
                _check(column, str(unit), CLOCKS if column == "timestamp" else UNITS)
            _deeper(variables, "column_units", file).update(units)
    for file, form in _by_file(_section(words, "format")).items():
        _check_format(form)
        _deeper(variables, "file_formats", file).update(form)
    checks = _section(words, "checks")
    for word in checks:
        _check("checks", word, set(VALUES))
    for word, value in (words | checks).items():
        if word in VALUES:
            variable, meaning = VALUES[word]
            variables[variable] = meaning(value)


def _check(word: str, value: str, known: set[str]) -> None:
    if value not in known and not (known is CLOCKS and "%" in value):
        forms = ", or a form like %d.%m.%Y %H:%M" if known is CLOCKS else ""
        raise UserError(
            f"{word}: {value} is not understood.",
            f"It may be: {', '.join(sorted(known))}{forms}. {REMEDY}",
        )


def _check_format(form: dict[str, object]) -> None:
    for word, value in form.items():
        _check("format", word, set(FORMAT))
        pattern, meaning = FORMAT[word]
        if not re.fullmatch(pattern, str(value)):
            raise UserError(f"{word}: {value} is not understood.", f"It is {meaning}. {REMEDY}")


def _section(words: dict[str, object], name: str) -> dict[str, object]:
    section = words.get(name, {})
    if not isinstance(section, dict):
        raise UserError(f"{name} is not a table of {FILE}.", REMEDY)
    return section


def _by_file(section: dict[str, object]) -> dict[str, dict]:
    """Words of the log are in the section itself, those of another file in a table in it."""
    files = {
        name: table
        for name, table in section.items()
        if isinstance(table, dict) and "name" not in table
    }
    for name in files:
        _check("a table of another file", name, set(SOURCE_FILES))
    own = {name: value for name, value in section.items() if name not in files}
    return ({LOG: own} if own else {}) | files


def _add_columns(variables: dict[str, object], file: str, columns: dict[str, object]) -> None:
    unknown = sorted(set(columns) - set(LOG_COLUMNS))
    if file == LOG and unknown:
        raise UserError(
            f"The log has no column {unknown[0]} here.",
            f"Its columns: {', '.join(LOG_COLUMNS)}; their names in the file come after the equals "
            "sign.",
        )
    for ours, theirs in columns.items():
        if isinstance(theirs, dict):
            name, unit = theirs.get("name", ours), theirs.get("unit", "")
        else:
            name, unit = _name_and_unit(str(theirs))
        if name != ours:
            _deeper(variables, "column_names", file)[ours] = name
        if unit:
            _deeper(variables, "column_units", file)[ours] = unit


def _name_and_unit(text: str) -> tuple[str, str]:
    """Split `watched_s:seconds`; h:m:s is a unit with colons of its own.

    Examples
    --------
    >>> _name_and_unit("watched:h:m:s")
    ('watched', 'h:m:s')
    """
    if text.endswith(":h:m:s"):
        return text.removesuffix(":h:m:s"), "h:m:s"
    name, colon, unit = text.rpartition(":")
    if not colon:
        return text, ""
    if unit not in UNITS | CLOCKS:
        raise UserError(
            f"{unit!r}, behind the column {name}, is not a unit.",
            f"Units: {', '.join(sorted(UNITS))}; a name that holds a colon is written as "
            f'{{name = "{text}"}} in {FILE}.',
        )
    return name, unit


def _seconds(value: object) -> int:
    found = re.fullmatch(r"(\d{1,6})\s*([a-z]*)", str(value).strip())
    if not found or found[2] not in SECONDS:
        raise UserError(f"sessionise: {value} is not a time.", "Like: --sessionise 30s")
    return int(found[1]) * SECONDS[found[2]]


def _share(value: object) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(%?)", str(value).strip())
    share = float(found[1]) / (100 if found[2] else 1) if found else -1.0
    if not 0 <= share <= 1:
        raise UserError(f"max_rejected: {value} is not a share.", "Like: --max-rejected 10%")
    return share


def _zone(value: object) -> str:
    try:
        duckdb.connect().execute("select timezone(?, timestamp '2020-01-01')", [str(value)])
    except duckdb.Error as error:
        raise UserError(
            f"zone: {value} is not a time zone.",
            f"Like: --zone Europe/Berlin. {str(error).splitlines()[-1]}",
        ) from error
    return str(value)


def _day(value: object) -> str:
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError as error:
        raise UserError(f"{value} is not a day.", "Like: 2020-09-01") from error


def _boundary(value: object) -> str:
    text = str(value).strip()
    if re.fullmatch(r"last-[1-9]\d{0,3}-days", text):
        return text
    try:
        return _day(text)
    except UserError as error:
        raise UserError(
            f"boundary: {value} is not a day.", "Like: --boundary 2020-09-01 or last-7-days"
        ) from error


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise UserError(f"capped_play: {value} is neither true nor false.", REMEDY)
    return value


def _deeper(variables: dict[str, object], name: str, file: str) -> dict[str, object]:
    return variables.setdefault(name, {}).setdefault(file, {})


# A word of the options or the file: the dbt variable that it sets, and what its value means.
VALUES = {
    "zone": ("local_timezone", _zone),
    "clock_zone": ("timestamp_timezone", _zone),
    "earliest": ("earliest_event_on", _day),
    "latest": ("latest_event_on", _day),
    "sessionise": ("sessionise_seconds", _seconds),
    "capped_play": ("capped_play", _flag),
    "max_rejected": ("max_rejected_share", _share),
    "boundary": ("boundary", _boundary),
}
