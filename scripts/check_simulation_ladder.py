"""Rank a source with usual models, and compare their quality with that on the real KuaiRec."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from reelrank.errors import UserError
from reelrank.progress import say
from simulated_kuairec.ladder.source import load_source
from simulated_kuairec.ladder.steps import Step, long_view_steps, loop_steps
from simulated_kuairec.source import read_facts, source_factor, source_label

EXAMPLES = """example:
  python scripts/check_simulation_ladder.py data/full     # exits with 1 if a step is outside
"""


def parser() -> argparse.ArgumentParser:
    """Build the command line."""
    p = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    p.add_argument("data_dir", type=Path, metavar="DIR", help="folder with the seven files")
    p.add_argument("--json", action="store_true", help="print the result as JSON")
    return p


def report(steps: list[Step], facts: dict | None) -> str:
    """Lay the steps out as a table, with the data they belong to."""
    is_full = source_factor(facts) >= 1
    measured = "simulated" if facts else "measured"
    lines = [
        f"{source_label(facts)}, beside the real KuaiRec",
        f"{'dense matrix, nDCG@10, long views':<50}{'real':>8}{measured:>11}{'gap':>7}",
    ]
    for step in steps:
        real = "" if step.real is None else f"{step.real:.3f}"
        gap = "" if step.real is None else f"{step.gap:.3f}"
        verdict = ("inside" if step.inside else "OUTSIDE") if is_full and real else ""
        lines.append(f"{step.name:<50}{real:>8}{step.simulated:>11.3f}{gap:>7}  {verdict}")
    if not is_full:
        lines.append("not judged: the real figures are those of the full size")
    return "\n".join(lines)


def main() -> int:
    """Entry point: errors of the user in two lines, exit code 1."""
    arguments = parser().parse_args()
    try:
        say(f"Reading {arguments.data_dir}")
        facts = read_facts(arguments.data_dir)
        source = load_source(arguments.data_dir)
        steps = long_view_steps(source, arguments.data_dir) + loop_steps(source)
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    if arguments.json:
        found = {"data_source": source_label(facts), "is_simulated": facts is not None}
        found["steps"] = [asdict(step) | {"inside": step.inside} for step in steps]
        print(json.dumps(found, indent=2))
    else:
        print(report(steps, facts))
    return 0 if source_factor(facts) < 1 or all(step.inside for step in steps) else 1


if __name__ == "__main__":
    sys.exit(main())
