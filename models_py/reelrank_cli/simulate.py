"""`reelrank simulate`: write a simulated KuaiRec, or compare one with the real figures."""

import argparse
import json
import signal
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict
from pathlib import Path

from reelrank.errors import UserError
from reelrank.progress import say
from simulated_kuairec import SOURCE
from simulated_kuairec.calibration.check import check, report
from simulated_kuairec.checksums import changed_files
from simulated_kuairec.parameters import PARAMETERS
from simulated_kuairec.scales import counts_of, factor_of
from simulated_kuairec.source import read_facts, source_label
from simulated_kuairec.writer import write_source

from reelrank_cli.options import Parser, add_json

WHEN_STOPPED = "nothing was written"
LARGEST_SEED = 2**63 - 1
EXAMPLES = """examples:
  reelrank simulate                               # data/simulated, small
  reelrank simulate --out data/full --scale full
  reelrank simulate --out data/tenth --scale 0.1 --seed 7
  reelrank simulate --check data/full             # real and simulated figures
  reelrank simulate --verify data/full            # the same bytes as on other machines?
"""


def parser() -> argparse.ArgumentParser:
    """Build the command line."""
    p = Parser(
        "simulate", "Write a simulated KuaiRec, or compare one with the real figures.", EXAMPLES
    )
    what = p.add_argument_group("what to do")
    _add_comparing(what)
    _add_writing(what)
    how = p.add_argument_group("how to answer")
    how.add_argument("--dry-run", action="store_true", help="say what would be written, and stop")
    add_json(how)
    return p


def _add_comparing(what: argparse._ArgumentGroup) -> None:
    what.add_argument(
        "--check",
        type=Path,
        metavar="DIR",
        help="write nothing: compare the source in DIR with the real figures; "
        "exits with 1 if one is outside its gap",
    )
    what.add_argument(
        "--verify",
        type=Path,
        metavar="DIR",
        help="write nothing: compare the files in DIR with the checksums on record; "
        "exits with 1 if one differs",
    )


def _add_writing(what: argparse._ArgumentGroup) -> None:
    what.add_argument(
        "--out",
        type=Path,
        default=Path("data/simulated"),
        metavar="DIR",
        help="folder for the seven files (default: %(default)s)",
    )
    what.add_argument(
        "--scale",
        default="small",
        help="tiny, small, medium, full, x4, or a factor of the real rows (default: %(default)s)",
    )
    what.add_argument(
        "--seed",
        type=int,
        default=42,
        help="same seed and scale, same bytes, on any processor (default: %(default)s)",
    )


def show_check(data_dir: Path, as_json: bool) -> int:
    """Print the comparison of a source with the real figures; 1 if one is outside its gap."""
    comparisons = check(data_dir)
    facts = read_facts(data_dir)
    label, is_simulated = source_label(facts), facts is not None
    if as_json:
        figures = [asdict(c) for c in comparisons]
        found = {"data_source": label, "is_simulated": is_simulated, "figures": figures}
        print(json.dumps(found, indent=2))
    else:
        print(report(comparisons, label, is_simulated))
    return int(any(c.judged and not c.inside for c in comparisons))


def show_changed(data_dir: Path, as_json: bool) -> int:
    """Print which files are not those on record; 1 if there are any."""
    changed = changed_files(data_dir)
    if as_json:
        print(json.dumps({"data_source": source_label(read_facts(data_dir)), "changed": changed}))
    else:
        says = f"differs: {', '.join(changed)}" if changed else "the same bytes as on record"
        print(f"{data_dir}: {says}")
    return int(bool(changed))


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked; returns the exit code."""
    if arguments.check:
        return show_check(arguments.check, arguments.json)
    if arguments.verify:
        return show_changed(arguments.verify, arguments.json)
    if not 0 <= arguments.seed <= LARGEST_SEED:
        raise UserError(
            f"--seed {arguments.seed}: not a seed", f"use a whole number from 0 to {LARGEST_SEED}"
        )
    factor = factor_of(arguments.scale)
    counts = counts_of(factor, PARAMETERS.counts).as_dict()
    if arguments.dry_run:
        facts = {"scale": arguments.scale, "seed": arguments.seed, "counts": counts}
    else:
        began = time.monotonic()
        say(f"Simulating KuaiRec, scale {arguments.scale}, seed {arguments.seed}")
        facts = write_source(factor, arguments.scale, arguments.seed, arguments.out)
        say(f"{arguments.out}: written in {time.monotonic() - began:.1f} s, {SOURCE}")
    if arguments.json:
        print(json.dumps(facts, indent=2))
        return 0
    verb = "would hold" if arguments.dry_run else "holds"
    print(
        f"{arguments.out} {verb} a simulated KuaiRec (scale {arguments.scale}, "
        f"seed {arguments.seed}): {counts['log_rows']:,} log rows of {counts['users']:,} users "
        f"and {counts['videos']:,} videos, {counts['dense_rows']:,} dense rows"
    )
    return 0


def _unwritable(error: OSError) -> UserError:
    """Name the file and what the system says about it."""
    place = f"{error.filename}: " if error.filename else ""
    return UserError(
        f"{place}{error.strerror or error}; nothing was written",
        "choose another folder with --out, or make room there",
    )


def _killed() -> UserError:
    return UserError(
        "a process of the simulation was killed (perhaps memory ran out); nothing was written",
        "free some memory (it needs about 1 GB) and start it again",
    )


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return run(parser().parse_args(arguments))
    except OSError as error:
        raise _unwritable(error) from error
    except BrokenProcessPool as error:
        raise _killed() from error
