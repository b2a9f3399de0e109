"""The options of `reelrank build`; the standard library is enough to read them."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from pathlib import Path

from reelrank_cli import ROOT
from reelrank_cli.options import Parser, a_path, add_db, add_json, whole_number

EPILOG = """\
examples:
  reelrank build                              the real KuaiRec if data/KuaiRec is there, else a
                                              small simulated one
  reelrank build --scale full                 the simulated KuaiRec at its real size
  reelrank build --data ~/logs                another folder, see docs/own_logs.md
  reelrank build --data ~/logs --dry-run --columns user_id=viewer,play_duration=secs:seconds
                                              how its first rows would be understood
  reelrank build --preset reference           the published system's features and parameters
  reelrank build --dry-run                    what would be done, and what is current
  reelrank build --json > results.json        results for machines; progress stays on stderr

What is current is reused: delete nothing, change what you like, run it again. Exit code 0 when
results are printed, 1 when something was missing, wrong or failed."""

# options that say something about the log; absent where they were not given
OF_LOG = ("columns", "clock", "zone", "sessionise", "capped_play", "max_rejected", "boundary")


@dataclass(frozen=True)
class Options:
    """What the user asked for."""

    data: Path | None
    scale: str
    preset: str
    database: Path
    report: Path
    seed: int
    force: bool
    move_boundary: bool
    dry_run: bool
    wants_json: bool
    # what was said about the log, under the words of reelrank.toml
    said_of_log: dict[str, object] = field(default_factory=dict)


def read_options(arguments: list[str] | None = None) -> Options:
    """Parse the command line."""
    given = _parser().parse_args(arguments)
    return Options(
        data=given.data.expanduser().absolute() if given.data else None,
        scale=given.scale,
        preset=given.preset,
        database=given.db.expanduser().absolute(),
        report=given.report.expanduser().absolute(),
        seed=given.seed,
        force=given.force,
        move_boundary=given.move_boundary,
        dry_run=given.dry_run,
        wants_json=given.json,
        said_of_log={name: getattr(given, name) for name in OF_LOG if hasattr(given, name)},
    )


def _parser() -> argparse.ArgumentParser:
    top = Parser(
        "build",
        "From CSV files to recommendations in DuckDB: data, dbt build, training, report, results. "
        "`bash scripts/run.sh` makes the environment first and takes the same options.",
        EPILOG,
    )
    _add_data(top.add_argument_group("data"))
    _add_log(
        top.add_argument_group(
            "your own log", "the same words may be in reelrank.toml beside it: docs/own_logs.md"
        )
    )
    top.add_argument_group("models").add_argument(
        "--preset",
        default="default",
        metavar="NAME",
        help="a preset such as default or reference, or the path of a .toml file; both trains "
        "reference and default one after the other (default: %(default)s)",
    )
    _add_where(top.add_argument_group("where"))
    _add_how(top.add_argument_group("how"))
    return top


def _add_data(data: argparse._ArgumentGroup) -> None:
    data.add_argument(
        "--data",
        type=a_path,
        metavar="DIR",
        help="folder with big_matrix.csv and the others "
        "(default: data/KuaiRec if it is there, else data/simulated, which is written)",
    )
    data.add_argument(
        "--scale",
        default="small",
        metavar="SCALE",
        help="size of the simulated KuaiRec: tiny, small, medium, full, x4 or a factor "
        "(default: %(default)s)",
    )
    data.add_argument(
        "--seed",
        type=whole_number(0, 2**31 - 1),
        default=42,
        metavar="N",
        help="seed of simulation and training (default: %(default)s)",
    )


def _add_where(where: argparse._ArgumentGroup) -> None:
    add_db(where)
    where.add_argument(
        "--report",
        type=a_path,
        default=ROOT / "reports" / "report.html",
        metavar="FILE",
        help="the page (default: reports/report.html of this repository)",
    )


def _add_how(how: argparse._ArgumentGroup) -> None:
    how.add_argument(
        "--force", action="store_true", help="do every step, current or not, from nothing"
    )
    how.add_argument(
        "--move-boundary",
        action="store_true",
        help="compute the boundary and the long-view thresholds again; otherwise they stay where "
        "the first build set them, and what came later is holdout",
    )
    how.add_argument(
        "--dry-run",
        action="store_true",
        help="say what would be done, and of an own log how it would be understood; change nothing",
    )
    add_json(how)


def _add_log(log: argparse._ArgumentGroup) -> None:
    for option, metavar, what in (
        ("--columns", "OURS=THEIRS[:UNIT],...", "names and units of the log's columns"),
        ("--clock", "UNIT", "how timestamp is written, like milliseconds or %%d.%%m.%%Y"),
        ("--zone", "ZONE", "the viewers' time zone, like Europe/Berlin"),
        ("--sessionise", "TIME", "pings of a pair within this time, like 30s, are one view"),
        ("--max-rejected", "SHARE", "how much of a file may be rejected, like 10%%"),
        (
            "--boundary/--train-until",
            "DAY",
            "first day of the holdout, like 2020-09-01 or last-7-days",
        ),
    ):
        says = f"{what} (default: as reelrank.toml says, or as KuaiRec has it)"
        log.add_argument(*option.split("/"), default=argparse.SUPPRESS, metavar=metavar, help=says)
    log.add_argument(
        "--capped-play",
        action="store_true",
        default=argparse.SUPPRESS,
        help="the player reports at most the length: reaching the end counts as a long view",
    )
