"""The command `reelrank`: one word says what to do, the rest are the options of that command."""

import sys
from importlib import import_module

COMMANDS = {
    "build": ("reelrank_cli.build", "from CSV files to recommendations: data, tables, models"),
    "train": ("reelrank_cli.train", "train both stages on what dbt built"),
    "simulate": ("reelrank_cli.simulate", "write a simulated KuaiRec, or check one"),
    "download": ("reelrank_cli.download.command", "fetch the real KuaiRec"),
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; its module is imported only then, so that help needs no environment."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] not in COMMANDS:
        wants_help = bool(given) and given[0] in ("-h", "--help")
        print(usage(), file=sys.stdout if wants_help else sys.stderr)
        return 0 if wants_help else 2
    return import_module(COMMANDS[given[0]][0]).main(given[1:])


def usage() -> str:
    """List the commands."""
    lines = [f"  {name:<10} {what}" for name, (_, what) in COMMANDS.items()]
    return "\n".join(["usage: reelrank COMMAND [options]", "", *lines])
