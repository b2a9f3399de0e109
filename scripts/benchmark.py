"""Measure the whole commands at a scale, beside the machine's limits and the last results."""

import argparse
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
from benchmarking.commands import Bench, one_user
from benchmarking.comparing import compare
from benchmarking.results import DOCS, Results, last_committed, open_results, words
from benchmarking.stages import dbt_stages, training_stages
from reelrank.errors import UserError
from reelrank.progress import say

SCRIPTS = Path(__file__).resolve().parent

EXAMPLES = """\
parts, in this order:
  dbt        dbt run into a new database
  run        run.sh from CSV files to printed results, and each of its steps (dbt build,
             train.py with the default preset, report.py) by time and memory
  user       one user's 500 candidates, from cold starts and warm
  limits     each engine alone, on rows of the last training run
  quality    the default preset beside a run of the reference preset (--reference-db, or part
             reference); left out where there is none
  memory     dbt run with a memory_limit of 2 GB, and what it spills; at other scales as well
             (--memory-growth), where it must spill
  ideas      ideas for speed in isolation, on random numbers
  growth     dbt run and train.py at other scales, one after the other
only when named: default, reference (train.py alone, with that preset)

Results are written after every repeat and merged into those of the same machine, scale and
seed, so parts can be measured one by one. Exit code 1 when something failed or got more than 20 %
worse than the committed results on the same machine. A yardstick, the same small work before and
after every run, tells whether the machine itself had another pace.

examples:
  python scripts/benchmark.py --growth-repeats 1               full scale, two hours on 2 cores
  python scripts/benchmark.py --scale small --repeats 1 --no-write
  python scripts/benchmark.py --home /big/bench --parts dbt,run    keeps its database ...
  python scripts/benchmark.py --home /big/bench --parts limits     ... for later parts
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
    what = parser.add_argument_group("what to measure")
    what.add_argument("--scale", default="full", help="simulated scale (default: %(default)s)")
    what.add_argument("--seed", type=int, default=42, help="of the data (default: %(default)s)")
    what.add_argument("--data", type=Path, metavar="DIR", help="such data, already written")
    what.add_argument(
        "--parts", default=",".join(ALWAYS), help="which, see below (default: %(default)s)"
    )
    what.add_argument(
        "--growth", default="0.25,4", metavar="FACTORS",
        help="scales of dbt run for growth (default: %(default)s)",
    )  # fmt: skip
    what.add_argument(
        "--training-growth", default="0.25,2", metavar="FACTORS",
        help="scales of train.py for growth, after those of dbt run (default: %(default)s)",
    )  # fmt: skip
    what.add_argument(
        "--memory-growth", default="4", metavar="FACTORS",
        help="more scales of part memory (default: %(default)s)",
    )  # fmt: skip
    what.add_argument(
        "--reference-db", type=Path, metavar="FILE",
        help="database with a run of preset reference on this data, for part quality",
    )  # fmt: skip
    _add_how(parser)
    return _checked(parser, parser.parse_args(arguments))


def _add_how(parser: argparse.ArgumentParser) -> None:
    how = parser.add_argument_group("how")
    how.add_argument("--repeats", type=int, default=3, help="medians of (default: %(default)s)")
    how.add_argument(
        "--growth-repeats", type=int, metavar="N",
        help="repeats of parts memory and growth (default: as --repeats)",
    )  # fmt: skip
    how.add_argument(
        "--home", type=Path, metavar="DIR", help="scratch folder (default: a temporary one)"
    )
    where = parser.add_argument_group("results")
    where.add_argument(
        "--out", type=Path, default=DOCS, metavar="DIR",
        help="folder of benchmarks.json and benchmarks.md (default: docs)",
    )  # fmt: skip
    where.add_argument(
        "--add", action="store_true",
        help="add runs to those already there: medians of runs at several hours",
    )  # fmt: skip
    where.add_argument("--no-write", action="store_true", help="print only")


def _checked(parser: argparse.ArgumentParser, found: argparse.Namespace) -> argparse.Namespace:
    found.parts = [part for part in PARTS if part in found.parts.split(",")] + [
        part for part in found.parts.split(",") if part not in PARTS
    ]
    if unknown := set(found.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    found.growth_repeats = found.repeats if found.growth_repeats is None else found.growth_repeats
    if min(found.repeats, found.growth_repeats) < 1:
        parser.error("--repeats and --growth-repeats must be at least 1")
    return found


def main() -> int:
    """Run the command; 1 if something failed or got more than 20 % worse."""
    options = read_arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what is measured ends with us
    try:
        results = open_results(None if options.no_write else options.out, options.scale,
                               options.seed, options.add)  # fmt: skip
        if options.home:
            options.home.mkdir(parents=True, exist_ok=True)
            return run(options, options.home.resolve(), results)
        with tempfile.TemporaryDirectory() as home:
            return run(options, Path(home), results)
    except UserError as error:
        print(f"error: {error.problem}\n{error.remedy}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        kept = (
            "nothing was written" if options.no_write else f"what was measured is in {options.out}"
        )
        print(f"\nstopped: {kept}", file=sys.stderr)
        return 130


def run(options: argparse.Namespace, home: Path, results: Results) -> int:
    """Measure part by part, then print everything beside the committed results."""
    values = results.values
    print(f"scale {options.scale}, seed {options.seed}\nmachine: {words(values['machine'])}\n"
          f"versions: {words(values['versions'])}", flush=True)  # fmt: skip
    last = last_committed()
    data = options.data or simulated(home, options.scale, options.seed)
    bench = Bench(data.resolve(), options.scale, home / "bench.duckdb", options.repeats)
    session = Session(options, home, bench, results)
    failed = [part for part in options.parts if not is_measured(part, session)]
    lines, is_worse = compare(results, last)
    print("\n".join(lines))
    if failed:
        print(f"Not measured: {', '.join(failed)}.")
    return 1 if is_worse or failed else 0


def is_measured(part: str, session: Session) -> bool:
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
        command = [sys.executable, SCRIPTS / "simulate_kuairec.py", "--out", folder]
        command += ["--scale", scale, "--seed", str(seed)]
        subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
    return folder


def measure_dbt(session: Session) -> None:
    """`dbt run`, and where its time goes."""
    bench = session.bench
    session.results.follow(bench.dbt_run())
    session.results.add_stages(
        dbt_stages(bench.database, bench.data, bench.scale, bench.dbt_stages())
    )


def measure_run(session: Session) -> None:
    """`run.sh`, its steps, and where the time of its training goes."""
    session.results.follow(session.bench.whole_job())
    session.results.add_stages(training_stages(session.bench.database, session.bench.scale))


def measure_training(preset: str) -> Callable[[Session], None]:
    """`train.py` alone."""

    def measure(session: Session) -> None:
        if not session.bench.database.exists():
            measure_dbt(session)
        session.results.follow(session.bench.train(preset))
        session.results.add_stages(training_stages(session.bench.database, session.bench.scale))

    return measure


def measure_user(session: Session) -> None:
    """One user, cold and warm."""
    database = session.bench.database
    training_stages(database, session.bench.scale)  # says what to do where there is no run
    session.results.put("one_user", one_user(database, session.options.repeats))


def measure_limits(session: Session) -> None:
    """Measure the engines alone."""
    from benchmarking import limits  # its imports take seconds

    database = session.bench.database
    training_stages(database, session.bench.scale)
    found = limits.measure_limits(database, session.bench.data / "big_matrix.csv")
    session.results.put("limits", {name: round(value, 1) for name, value in found.items()})


def measure_quality(session: Session) -> None:
    """Both presets side by side, where both have run."""
    from benchmarking.quality import compare_quality

    ours = session.bench.database
    theirs = session.options.reference_db or ours
    rows = compare_quality(ours, theirs) if ours.exists() else []
    if rows:
        session.results.put("quality", rows)
    else:
        say("no runs of both presets: add --reference-db FILE, or part reference")


def measure_memory(session: Session) -> None:
    """`dbt run` in 2 GB, in a database of its own; also of data that cannot fit."""
    options = session.options
    folders = {options.scale: session.bench.data}
    for factor in filter(None, options.memory_growth.split(",")):
        folders[f"x{factor}"] = simulated(session.home, factor, options.seed)
    for scale, data in folders.items():
        bench = other_bench(session, data, scale, "spilling")
        session.results.follow(bench.dbt_run("2GB"))
        bench.database.unlink()


def measure_growth(session: Session) -> None:
    """Measure other scales, one database at a time to spare the disk."""
    options = session.options
    dbt, training = options.growth.split(","), options.training_growth.split(",")
    for scale in filter(None, dict.fromkeys(dbt + training)):
        data = simulated(session.home, scale, options.seed)
        bench = other_bench(session, data, f"x{scale}", f"grown-{scale}")
        session.results.follow(bench.dbt_run())
        session.results.add_stages(
            dbt_stages(bench.database, data, bench.scale, bench.dbt_stages())
        )
        if scale in training:
            session.results.follow(bench.train("default"))
            session.results.add_stages(training_stages(bench.database, bench.scale))
        bench.database.unlink()


def measure_ideas(session: Session) -> None:
    """Ideas for speed, alone."""
    from benchmarking import ideas

    session.results.put("ideas", ideas.measure_ideas())


def other_bench(session: Session, data: Path, scale: str, name: str) -> Bench:
    """Make a bench beside the main one, measured as often as growth."""
    return Bench(data, scale, session.home / f"{name}.duckdb", session.options.growth_repeats)


PARTS: dict[str, Callable[[Session], None]] = {
    "dbt": measure_dbt,
    "run": measure_run,
    "default": measure_training("default"),
    "reference": measure_training("reference"),
    "user": measure_user,
    "limits": measure_limits,
    "quality": measure_quality,
    "memory": measure_memory,
    "ideas": measure_ideas,
    "growth": measure_growth,
}
ALWAYS = [part for part in PARTS if part not in ("default", "reference")]


if __name__ == "__main__":
    sys.exit(main())
