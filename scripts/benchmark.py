"""Measure the whole commands at a scale, beside another version and the machine's limits."""

import argparse
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import duckdb
from benchmarking import asking, page
from benchmarking.commands import ROOT, Bench, Checkout
from benchmarking.results import DOCS, Results, open_results
from benchmarking.stages import dbt_stages, training_stages
from benchmarking.turns import checked_out, ratio
from reelrank.errors import UserError
from reelrank.progress import say

EXAMPLES = f"""\
parts, in this order:
  run        run.sh from CSV files to printed results and each of its steps; with --against,
             in turn with another version of the code, and the ratio of the two
  asking     every question from a cold start and warm, and one user's candidates scored again;
             a question that takes over {asking.LIMIT_MS} ms fails
  limits     each engine alone, on rows of the last training run
  growth     dbt run and train.py at other scales

Results are written after every repeat and merged into those of the same machine, scale and
seed, so parts can be measured one by one. A yardstick, the same small work before and after every
run, tells whether the machine itself had another pace.

examples:
  python scripts/benchmark.py                                  full scale, hours on 2 cores
  python scripts/benchmark.py --parts run --against 033557e --at-most 0.47
  python scripts/benchmark.py --scale small --repeats 1 --no-write
  python scripts/benchmark.py --home /big/bench --parts run     keeps its database ...
  python scripts/benchmark.py --home /big/bench --parts limits  ... for later parts
"""


@dataclass(frozen=True)
class Session:
    """What was asked, the folder of its databases, and what is known so far."""

    options: argparse.Namespace
    home: Path
    bench: Bench
    results: Results


def read_arguments(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_what(parser.add_argument_group("what to measure"))
    how = parser.add_argument_group("how")
    how.add_argument("--repeats", type=int, default=3, help="medians of (default: %(default)s)")
    how.add_argument(
        "--home", type=Path, metavar="DIR", help="scratch folder (default: a temporary one)"
    )
    where = parser.add_argument_group("results")
    where.add_argument(
        "--out", type=Path, default=DOCS, metavar="DIR",
        help="folder of benchmarks.json and benchmarks.md (default: docs)",
    )  # fmt: skip
    where.add_argument("--no-write", action="store_true", help="print only")
    found = parser.parse_args(arguments)
    found.parts = found.parts.split(",")
    if unknown := set(found.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    if found.repeats < 1:
        parser.error("--repeats must be at least 1")
    if found.at_most and not found.against:
        parser.error("--at-most needs --against")
    return found


def _add_what(what: argparse._ArgumentGroup) -> None:
    what.add_argument("--scale", default="full", help="simulated scale (default: %(default)s)")
    what.add_argument("--seed", type=int, default=42, help="of the data (default: %(default)s)")
    what.add_argument("--data", type=Path, metavar="DIR", help="where such data already are")
    what.add_argument("--parts", default=",".join(PARTS), help="which (default: %(default)s)")
    what.add_argument("--against", metavar="COMMIT", help="version for part run to take turns with")
    what.add_argument(
        "--at-most",
        type=float,
        metavar="RATIO",
        help="fail above this share of its time",
    )
    what.add_argument(
        "--growth", default="0.25,1,4", metavar="FACTORS",
        help="scales of dbt run for growth (default: %(default)s)",
    )  # fmt: skip
    what.add_argument(
        "--training-growth", default="0.25,1,2", metavar="FACTORS",
        help="scales of train.py for growth (default: %(default)s)",
    )  # fmt: skip


def main() -> int:
    """Run the command; 1 if something failed."""
    options = read_arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what is measured ends with us
    try:
        results = open_results(
            None if options.no_write else options.out, options.scale, options.seed
        )
        with ExitStack() as stack:
            home = options.home or Path(stack.enter_context(tempfile.TemporaryDirectory()))
            home.mkdir(parents=True, exist_ok=True)
            return run(options, home.resolve(), results)
    except UserError as error:
        print(f"error: {error.problem}\n{error.remedy}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        kept = "nothing was written" if options.no_write else f"what is known is in {options.out}"
        print(f"\nstopped: {kept}", file=sys.stderr)
        return 130


def run(options: argparse.Namespace, home: Path, results: Results) -> int:
    """Measure part by part, then print everything."""
    data = options.data or simulated(home, options.scale, options.seed)
    bench = Bench(data.resolve(), options.scale, home / "bench.duckdb")
    session = Session(options, home, bench, results)
    failed = [part for part in PARTS if part in options.parts and not succeeds(part, session)]
    print(page.render(results.values))
    if failed:
        print(f"Failed: {', '.join(failed)}.", file=sys.stderr)
    return 1 if failed else 0


def succeeds(part: str, session: Session) -> bool:
    """Measure a part; one that fails says why and leaves the night to the others."""
    say(f"part {part}")
    try:
        PARTS[part](session)
    except UserError as error:
        say(f"error: {error.problem}\n{error.remedy}")
        return False
    except (duckdb.Error, subprocess.CalledProcessError, OSError) as error:
        say(f"error: {error}")
        return False
    return True


def simulated(home: Path, scale: str, seed: int) -> Path:
    """Write the simulated KuaiRec unless this scratch folder has it."""
    folder = home / f"simulated-{scale}-{seed}"
    if not (folder / "SIMULATED.json").exists():
        say(f"simulating KuaiRec, scale {scale}, seed {seed}")
        command = [sys.executable, ROOT / "scripts" / "simulate_kuairec.py", "--out", folder]
        command += ["--scale", scale, "--seed", str(seed)]
        subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
    return folder


def measure_run(session: Session) -> None:
    """`run.sh`, its steps, and where the time goes; in turn with another version if wanted."""
    options, bench, results = session.options, session.bench, session.results
    with ExitStack() as stack:
        checkouts = [Checkout()]
        if options.against:
            checkouts.insert(0, stack.enter_context(checked_out(options.against, session.home)))
        results.follow(bench.whole_job(checkouts, options.repeats))
    stages = dbt_stages(bench.data, bench.scale, bench.dbt_stages())
    results.add_stages(stages + training_stages(bench.database, bench.scale))
    found = ratio(results.values["measures"], options.against, bench.scale)
    if found:
        results.put("turns", {"commit": options.against} | found)
        if options.at_most and found["seconds"] > options.at_most:
            raise UserError(
                f"run.sh took {found['seconds']} of the time at {options.against}.",
                f"At most {options.at_most} was the target.",
            )


def measure_asking(session: Session) -> None:
    """Questions, and one user's list scored again."""
    answers = asking.time_answers(session.bench.database, session.options.repeats)
    session.results.put("answers", answers)
    user = asking.time_one_user(session.bench.database, session.options.repeats)
    session.results.put("one_user", user)
    slow = [answer["question"] for answer in answers if answer["cold_ms"] > asking.LIMIT_MS]
    if slow:
        raise UserError(f"Over {asking.LIMIT_MS} ms: {', '.join(slow)}.", "Is the machine busy?")


def measure_limits(session: Session) -> None:
    """Measure the engines alone."""
    from benchmarking import limits  # its imports take seconds

    training_stages(session.bench.database, session.bench.scale)  # says what to do without a run
    found = limits.measure_limits(session.bench.database, session.bench.data / "big_matrix.csv")
    session.results.put("limits", {name: round(value, 1) for name, value in found.items()})


def measure_growth(session: Session) -> None:
    """Measure other scales, one database at a time to spare the disk."""
    options, results = session.options, session.results
    dbt, training = options.growth.split(","), options.training_growth.split(",")
    for scale in dict.fromkeys(dbt + training):
        data = simulated(session.home, scale, options.seed)
        bench = Bench(data, f"x{scale}", session.home / f"grown-{scale}.duckdb")
        results.follow(bench.dbt_run(options.repeats))
        if scale in training:
            results.follow(bench.train(options.repeats))
        bench.database.unlink()


PARTS: dict[str, Callable[[Session], None]] = {
    "run": measure_run,
    "asking": measure_asking,
    "limits": measure_limits,
    "growth": measure_growth,
}


if __name__ == "__main__":
    sys.exit(main())
