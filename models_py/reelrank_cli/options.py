"""Options that commands share: the database, JSON, whole numbers."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from reelrank.errors import UserError

from reelrank_cli import ROOT


class Parser(argparse.ArgumentParser):
    """The parser of `reelrank NAME`; a wrong option is an error of the user like any other."""

    def __init__(self, name: str, description: str, examples: str) -> None:
        super().__init__(
            prog=f"reelrank {name}",
            description=description,
            epilog=examples,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    def error(self, message: str) -> NoReturn:
        """Raise UserError instead of printing the usage."""
        raise UserError(f"{self.prog}: {message}", f"See: {self.prog} --help")


def add_db(group: argparse._ArgumentGroup, what: str = "database") -> None:
    """Add `--db FILE`, by default $REELRANK_DB or else the database of this repository."""
    group.add_argument(
        "--db",
        type=a_path,
        default=Path(os.environ.get("REELRANK_DB") or ROOT / "reelrank.duckdb"),
        metavar="FILE",
        help=f"{what} (default: $REELRANK_DB, or reelrank.duckdb of this repository)",
    )


def add_publishing(group: argparse._ArgumentGroup) -> None:
    """Add what commands need that put results beside those of a run."""
    add_db(group)
    group.add_argument("--memory-limit", default="2GB", metavar="SIZE",
                       help="memory of DuckDB, beyond which it spills (default: 2GB)")  # fmt: skip
    group.add_argument("--lock-timeout", type=whole_number(0, 86_400), default=600,
                       metavar="SECONDS", help="how long to wait for readers to close the file "
                       "before publishing (default: 600)")  # fmt: skip


def threads_of_this_machine() -> int:
    """Threads to use where no option says: $REELRANK_THREADS, as dbt's profile has it, or all."""
    text = os.environ.get("REELRANK_THREADS") or str(os.cpu_count() or 1)
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:5]) <= 1024):
        raise UserError(
            f"REELRANK_THREADS is {text[:50]!r}, which is not a number of threads.",
            "Set it to a whole number from 1 to 1024, or unset it.",
        )
    return int(text)


def add_json(group: argparse._ArgumentGroup) -> None:
    """Add `--json`: the answer for machines on standard output, progress on standard error."""
    group.add_argument("--json", action="store_true", help="print the answer as JSON")


def a_path(text: str) -> Path:
    """Parse a path that the system can hold."""
    if not text or "\0" in text:
        raise argparse.ArgumentTypeError("is empty or holds a NUL character")
    return Path(text)


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """Make a parser of a whole number from `low` to `high`."""

    def parse(text: str) -> int:
        number = int(text) if text.isascii() and text.lstrip("-").isdigit() else None
        if number is None or not low <= number <= high:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {low} to {high}")
        return number

    return parse
