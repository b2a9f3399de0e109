"""The command `reelrank`: one word says what to do, the rest are the options of that command.

A command is a module with `main(arguments)`, which parses the options and does the work. Its
errors end here, in two lines and with exit code 1; with `--json` they are JSON, too.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib import import_module
from typing import NoReturn

from reelrank.errors import AlreadySaidError, UserError

from reelrank_cli.faults import explain

COMMANDS = {
    "build": "from CSV files to recommendations: data, tables, models, report",
    "train": "train both stages on the tables, judge them, publish the results",
    "report": "write one HTML page about a run",
    "recommend": "the list of a user",
    "backtest": "the last days, trained daily, weekly and warm: what staleness costs",
    "serve": "answer over HTTP with the lists of the latest run",
    "export-lists": "the lists as Parquet, for a key-value store",
    "copy-run": "a run from one database to another",
    "explore": "look at a finished run on localhost",
    "judge": "scores or lists of your own, beside the models of a run",
    "experiment": "policies serve the dense users, whose answers are all known",
    "offline": "what the log alone says of the models, against the dense answers",
    "compare": "two presets or runs, paired on the same users, with intervals",
    "simulate": "write a simulated KuaiRec, or compare one with the real figures",
    "download": "fetch the real KuaiRec",
}
MODULES = {
    "download": "reelrank_cli.download.command",
    "export-lists": "reelrank_cli.export_lists",
    "copy-run": "reelrank_cli.copy_run",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 on success, 1 after an error of the user, 2 for a wrong option.

    The module of the command is imported only now, so that `--help` needs no environment.
    """
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] not in COMMANDS:
        wants_help = bool(given) and given[0] in ("-h", "--help")
        print(usage(), file=sys.stdout if wants_help else sys.stderr)
        return 0 if wants_help else 2
    name, *options = given
    command = import_module(MODULES.get(name, f"reelrank_cli.{name}"))
    try:
        return command.main(options) or 0
    except AlreadySaidError:
        return 1
    except KeyboardInterrupt:
        print(f"\nStopped: {command.WHEN_STOPPED}.", file=sys.stderr)
        return 130
    except Exception as error:
        known = explain(error)
        if known is None:
            raise
        return complain(known, as_json="--json" in options)


def complain(error: UserError, as_json: bool) -> int:
    """Print what is wrong and what to do; the exit code is 1."""
    if as_json:
        print(json.dumps({"status": "error", "problem": error.problem, "remedy": error.remedy}))
    print(f"error: {error}", file=sys.stderr)
    return 1


def run_script(work: Callable[[], int | None]) -> NoReturn:
    """Run the main function of a script and exit; an error of the user is two lines and code 1."""
    try:
        sys.exit(work())
    except UserError as error:
        sys.exit(str(error))


def usage() -> str:
    """List the commands."""
    lines = [f"  {name:<12} {what}" for name, what in COMMANDS.items()]
    return "\n".join(
        [
            "usage: reelrank COMMAND [options]",
            "",
            "commands:",
            *lines,
            "",
            "reelrank COMMAND --help lists the options and examples of a command.",
        ]
    )
