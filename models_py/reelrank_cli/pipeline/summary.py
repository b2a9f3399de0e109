"""What a finished job prints: results, what was read, times, the page, queries to try."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import duckdb
from reelrank.evaluation.next_list import PROTOCOLS, RELEVANCES, next_list
from reelrank.publication import find_run
from reelrank.warehouse.checks import warnings_about_log
from reelrank.warehouse.faults import explain_open_error
from reelrank.warehouse.sql import rows_of

from reelrank_cli import ROOT
from reelrank_cli.headline import next_list_lines, short
from reelrank_cli.pipeline.options import Options
from reelrank_cli.pipeline.source import Source
from reelrank_cli.runs import run_facts, run_words

RESULTS = Path(__file__).with_name("summary.sql").read_text(encoding="utf-8")
TASTE = "Would they like it if it were shown? nDCG@10"
NO_TASTE = (
    "Every order scores the same, random too: users of the holdout met too little there to be "
    "judged by."
)
SHOWN_PROTOCOLS = ("dense_test", "dense", "holdout", "dense_end_to_end")
CELL = 13
NAME = 18
FILE = 26
# the counts of a file and the width of their columns
COUNTS = {
    "rows": 12,
    "kept": 12,
    "re-watches": 12,
    "duplicate": 11,
    "rejected": 10,
    "users": 8,
    "videos": 8,
    "first day": 12,
    "last day": 12,
}
LOAD_REPORT = Path(__file__).with_name("load_report.sql").read_text(encoding="utf-8")
ONE_LIST = Path(__file__).with_name("one_list.sql").read_text(encoding="utf-8")


def print_summary(
    options: Options, seconds: dict[str, float], reused: list[str], total: float
) -> None:
    """Print everything that a person wants to see at the end of the job."""
    try:
        con = duckdb.connect(str(options.database), read_only=True)
    except duckdb.Error as error:
        raise explain_open_error(error, options.database) from error
    with con:
        if options.wants_json:
            print(json.dumps(_for_machines(con, options, seconds, reused, total), indent=2))
            return
        lines = ["", *_answer(con), "", *_taste(con), "", *_load_report(con)]
        lines += _warnings(con)
        lines += ["", _times(seconds, reused, total), f"Page: {options.report}"]
        lines += ["", "Ask it:", *_queries(con, options.database)]
    print("\n".join(lines))


def print_plan(
    options: Options, source: Source, *, tables_are_current: bool, trained: dict[str, bool]
) -> None:
    """Print what a run would do; `trained` says of each preset whether its run is current."""
    if options.wants_json:
        plan = {
            "data": str(source.folder),
            "simulates": source.to_simulate,
            "database": str(options.database),
            "reuses_tables": tables_are_current,
            "reuses_training": trained,
            "seed": options.seed,
            "report": str(options.report),
        }
        print(json.dumps(plan, indent=2))
        return
    says = {True: "current, would be reused", False: "would be made"}
    print(f"data      {source.folder}" + (" (to be simulated)" if source.to_simulate else ""))
    print(f"tables    {says[tables_are_current]} in {options.database}")
    for preset, is_current in trained.items():
        print(f"training  {says[is_current]}, preset {preset}, seed {options.seed}")
    print(f"report    {options.report}")


def _for_machines(
    con: duckdb.DuckDBPyConnection,
    options: Options,
    seconds: dict[str, float],
    reused: list[str],
    total: float,
) -> dict[str, object]:
    """Everything that the text says, as one object."""
    run = find_run(con)
    answer = next_list(con, run["run_id"])
    return {
        **run_facts(run),
        "finding": answer.finding,
        "what_next": answer.rows,
        "metric": "ndcg@10",
        "results": rows_of(con.execute(RESULTS, {"run_id": run["run_id"]})),
        "files": rows_of(con.execute(LOAD_REPORT)),
        "warnings": warnings_about_log(con),
        "seconds": {name: round(spent, 1) for name, spent in seconds.items()},
        "total_seconds": round(total, 1),
        "reused": reused,
        "database": str(options.database),
        "report": str(options.report),
    }


def _answer(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Write the question that a user cares about, of the latest run."""
    run = find_run(con)
    return [
        f"nDCG@10 of run {run_words(run)}",
        "± is half of a 95 % interval over users; words: docs/glossary.md, models and rules: "
        "docs/evaluation.md",
        "",
        *next_list_lines(next_list(con, run["run_id"])),
    ]


def _taste(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Write how well models know what users like of what they are shown."""
    rows = con.execute(RESULTS, {"run_id": find_run(con)["run_id"]}).fetchall()
    values = {(model, protocol, relevance): row for model, protocol, relevance, *row in rows}
    if not values:
        return [TASTE, NO_TASTE]
    protocols = [p for p in SHOWN_PROTOCOLS if any(key[1] == p for key in values)]
    return [
        f"{TASTE}, in each pair of columns of {' and of '.join(RELEVANCES.values())}",
        "",
        " " * (NAME + 2) + "".join(f"{PROTOCOLS[p]:<{2 * CELL}}" for p in protocols).rstrip(),
        *(_line(model, protocols, values) for model in _best_first(values)),
    ]


def _best_first(values: dict[tuple[str, str, str], list[float]]) -> list[str]:
    """Models by their long views in the protocols that have them, the two stages first."""
    models = {model for model, _, _ in values}

    def place(model: str) -> tuple:
        scores = [values.get((model, p, "long_view"), [-1.0])[0] for p in SHOWN_PROTOCOLS]
        return (model != "two_stage", model != "ranker", [-score for score in scores])

    return sorted(models, key=place)


def _line(model: str, protocols: list[str], values: dict) -> str:
    cells = [
        _cell(values.get((model, protocol, relevance)))
        for protocol in protocols
        for relevance in RELEVANCES
    ]
    return f"  {model:<{NAME}}" + "".join(f"{cell:<{CELL}}" for cell in cells).rstrip()


def _cell(row: list[float] | None) -> str:
    """Write a value and half the width of its interval."""
    if row is None:
        return "-"
    value, low, high = row
    return short(value) if low is None else f"{short(value)} ±{short((high - low) / 2)}"


def _load_report(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Write staging.load_report, its times as days."""
    rows = con.execute(LOAD_REPORT).fetchall()
    return [
        f"{'read':<{FILE}}" + "".join(f"{word:>{width}}" for word, width in COUNTS.items()),
        *(
            f"  {Path(file).name:<{FILE - 2}}"
            + "".join(
                f"{'-' if value is None else value:>{width}{',' if isinstance(value, int) else ''}}"
                for value, width in zip(values, COUNTS.values(), strict=True)
            )
            for file, *values in rows
        ),
    ]


def _warnings(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Write what to know about the log before believing the results."""
    found = warnings_about_log(con)
    return ["", "Worth knowing:", *(f"  - {words}" for words in found)] if found else []


def _queries(con: duckdb.DuckDBPyConnection, database: Path) -> list[str]:
    cli = shlex.quote(_shown(Path(sys.prefix) / "bin" / "duckdb"))
    file = shlex.quote(_shown(database))
    first = con.execute(ONE_LIST).fetchone()
    questions = ["leaderboard()", "data_quality()"]
    if first:
        user_id, video_id = first
        questions = [f"recommend({user_id}, 10)", *questions[:1], f"similar_videos({video_id}, 10)"]
    return [f"  {cli} -readonly {file} {_quoted(f'from {question}')}" for question in questions]


def _quoted(query: str) -> str:
    """Quote a query for a shell, in double quotes where that is enough."""
    return shlex.quote(query) if set(query) & set('"$`!\\') else f'"{query}"'


def _times(seconds: dict[str, float], reused: list[str], total: float) -> str:
    parts = [f"{name} {spent:.0f} s" for name, spent in seconds.items()]
    parts += [f"{name} reused" for name in reused]
    return f"Took {total:.0f} s: {', '.join(parts)}"


def _shown(path: Path) -> str:
    """Shorten a path in the repository to what works from its root."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
