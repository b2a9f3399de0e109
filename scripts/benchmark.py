"""Measure the whole commands at a scale, beside the machine's limits and the last results."""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent
sys.path[:0] = [str(SCRIPTS), str(SCRIPTS.parent / "models_py")]

import duckdb  # noqa: E402
from benchmarking import page  # noqa: E402
from benchmarking.commands import Bench, Measure, one_user  # noqa: E402
from benchmarking.limits import measure_limits  # noqa: E402
from reelrank.errors import UserError  # noqa: E402
from reelrank.progress import say  # noqa: E402

DOCS = SCRIPTS.parent / "docs"
PARTS = ("dbt", "memory", "reference", "default", "limits", "user", "run", "growth")
EXAMPLES = """\
examples:
  python scripts/benchmark.py                                  full scale, medians of 3, hours
  python scripts/benchmark.py --scale small --repeats 1 --parts dbt,default --no-write
  python scripts/benchmark.py --data /big/full --home /big/bench --growth 0.25,4
"""


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
    what.add_argument(
        "--data", type=Path, metavar="DIR", help="such data, if it is already written"
    )
    what.add_argument(
        "--parts", default=",".join(PARTS), help="any of these (default: all, %(default)s)"
    )
    what.add_argument(
        "--growth", default="0.25,4", metavar="FACTORS",
        help="scales of dbt run for the growth of time and memory (default: %(default)s)",
    )  # fmt: skip
    how = parser.add_argument_group("how")
    how.add_argument("--repeats", type=int, default=3, help="medians of (default: %(default)s)")
    how.add_argument(
        "--home", type=Path, metavar="DIR", help="scratch folder (default: a temporary one)"
    )
    how.add_argument("--no-write", action="store_true", help="leave docs/benchmarks.* as they are")
    found = parser.parse_args(arguments)
    found.parts = found.parts.split(",")
    if unknown := set(found.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    if found.repeats < 1:
        parser.error("--repeats must be at least 1")
    return found


def main() -> int:
    """Run the command; 1 if something failed or got more than 20 % worse."""
    options = read_arguments()
    try:
        if options.home:
            options.home.mkdir(parents=True, exist_ok=True)
            return run(options, options.home)
        with tempfile.TemporaryDirectory() as home:
            return run(options, Path(home))
    except UserError as error:
        print(f"error: {error.problem}\n{error.remedy}", file=sys.stderr)
        return 1


def run(options: argparse.Namespace, home: Path) -> int:
    """Measure, compare, print and write."""
    data = options.data or simulated(home, options.scale, options.seed)
    bench = Bench(data, options.scale, home / "bench.duckdb", options.repeats)
    measures, stages = measure_commands(bench, options.parts)
    limits, user = [], {}
    if "limits" in options.parts:
        load_seconds = bench.dbt_stages()["stg_interactions"]
        limits = measure_limits(bench.database, data / "big_matrix.csv", load_seconds)
    if "user" in options.parts:
        user = one_user(bench.database)
    if "run" in options.parts:
        measures.append(bench.whole_job())
    if "growth" in options.parts:
        measures += growth(options, home)
    return conclude(options, page.as_results(measures, limits, stages, user, settings(options)),
                    measures)  # fmt: skip


def measure_commands(bench: Bench, parts: list[str]) -> tuple[list[Measure], dict]:
    """Measure dbt run and train.py, and where their time goes."""
    measures, stages = [], {}
    if "memory" in parts:
        measures.append(bench.dbt_run("2GB"))
    if "dbt" in parts or not bench.database.exists():
        measures.append(bench.dbt_run())
        stages["dbt run"] = bench.dbt_stages()
    for preset in ("reference", "default"):
        if preset in parts:
            measures.append(bench.train(preset))
            stages[f"train.py, {preset} preset"] = last_durations(bench.database)
    return measures, stages


def last_durations(database: Path) -> dict[str, float]:
    """Seconds of each stage of the last training run."""
    with duckdb.connect(str(database), read_only=True) as con:
        found = con.execute("select durations from ml.latest_run").fetchone()
    return json.loads(found[0])


def growth(options: argparse.Namespace, home: Path) -> list[Measure]:
    """Measure dbt run at other scales, one after the other to spare the disk."""
    measures = []
    for scale in options.growth.split(","):
        folder = home / f"grown-{scale}"
        folder.mkdir(exist_ok=True)
        data = simulated(folder, scale, options.seed)
        bench = Bench(data, f"x{scale}", folder / "bench.duckdb", options.repeats)
        measures.append(bench.dbt_run())
        bench.database.unlink()
    return measures


def simulated(home: Path, scale: str, seed: int) -> Path:
    """Write the simulated KuaiRec unless this scratch folder has it."""
    folder = home / f"simulated-{scale}-{seed}"
    if not (folder / "SIMULATED.json").exists():
        say(f"simulating KuaiRec, scale {scale}, seed {seed}")
        command = [sys.executable, SCRIPTS / "simulate_kuairec.py", "--out", folder]
        command += ["--scale", scale, "--seed", str(seed)]
        subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
    return folder


def settings(options: argparse.Namespace) -> dict:
    """Say what was measured, for the page."""
    return {
        "scale": options.scale,
        "seed": options.seed,
        "repeats": options.repeats,
        "command": f"python scripts/benchmark.py --scale {options.scale} "
        f"--repeats {options.repeats} --parts {','.join(options.parts)}",
    }


def conclude(options: argparse.Namespace, results: dict, measures: list[Measure]) -> int:
    """Print everything beside the last committed results; write the files."""
    committed = DOCS / "benchmarks.json"
    last = json.loads(committed.read_text(encoding="utf-8")) if committed.exists() else {}
    about = ", ".join(f"{name} {value}" for name, value in results["machine"].items())
    lines, is_worse = page.compare(measures, last)
    print("\n".join([f"scale {options.scale}, seed {options.seed}, {about}", *lines]))
    for limit in results["limits"]:
        print(f"{limit['stage']:<20} {limit['ours']:>14,.0f} {limit['unit']} per second, "
              f"the engine alone {limit['alone']:,.0f}")  # fmt: skip
    if results["one_user"]:
        print("one user: " + ", ".join(f"{k} {v}" for k, v in results["one_user"].items()))
    if not options.no_write:
        page.write(DOCS, results)
    return 1 if is_worse else 0


if __name__ == "__main__":
    sys.exit(main())
