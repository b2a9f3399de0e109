"""Find features that know the future, by experiment.

The source is built twice: as it is, and with nonsense for everything from a day in the middle
of train on (plays change hands, plays after the train boundary become absurd, counters of the
app become constants). Every feature of an event up to that day must come out the same, bit by
bit. Features that the catalog marks leaky are expected to change and are listed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from leakage.comparing import Feature, changed_features
from leakage.tampering import write_tampered
from reelrank.errors import UserError
from reelrank_cli.main import run_script

ROOT = Path(__file__).resolve().parents[1]

EXAMPLES = """examples:
  python scripts/check_leakage.py --data data/simulated
  python scripts/check_leakage.py --data data/simulated --project-dir ../my-copy
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the experiment; 0 when no feature knows the future, 1 otherwise."""
    options = _read_options(arguments)
    with tempfile.TemporaryDirectory(prefix="reelrank-leakage-") as folder:
        features = run_experiment(options.data, options.project_dir, Path(folder))
    leaks = [f for f in features if f.changed_rows and not f.is_declared_leaky]
    if options.wants_json:
        print(json.dumps([vars(f) for f in features], indent=2))
    else:
        _print(features, leaks)
    return 1 if leaks else 0


def run_experiment(data: Path, project: Path, folder: Path) -> list[Feature]:
    """Build both databases in `folder` and compare the features of the past."""
    honest, tampered = folder / "honest.duckdb", folder / "tampered.duckdb"
    # both under the same name first: dbt reads the project once
    built = folder / "built.duckdb"
    build(project, data, built, folder / "target")
    built.replace(honest)
    day, boundary = choose_cutoff(honest)
    cutoff = datetime.fromisoformat(f"{day}T00:00:00+08:00").astimezone(UTC).timestamp()
    write_tampered(data, folder / "tampered", cutoff, boundary, day.replace("-", ""))
    compared = ("--select", "+ranker_rows", "+feature_catalog")
    build(project, folder / "tampered", built, folder / "target", *compared)
    built.replace(tampered)
    return changed_features(honest, tampered, day)


def choose_cutoff(database: Path) -> tuple[str, float]:
    """Return a day in the middle of train, and the instant at which the holdout begins."""
    with duckdb.connect(str(database), read_only=True) as con:
        day = con.execute(
            "select cast(quantile_disc(event_on, 0.5) as varchar) from training.interactions "
            "where split = 'train'"
        ).fetchone()[0]
        boundary = con.execute(
            "select boundary_unix_ms / 1000 from training.split_boundary"
        ).fetchone()[0]
    return day, boundary


def build(project: Path, data: Path, database: Path, target: Path, *options: str) -> None:
    """Run `dbt run` of a project on a source into a database; UserError if it fails."""
    dbt = Path(sys.executable).with_name("dbt")
    environment = os.environ | {"REELRANK_DATA_DIR": str(data), "REELRANK_DB": str(database)}
    done = subprocess.run(
        [dbt, "--quiet", "run", "--project-dir", project, "--profiles-dir", project,
         "--target-path", target, "--log-path", target, *options],
        env=environment, cwd=project, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise UserError(f"dbt run failed on {data}", done.stdout[-2000:] + done.stderr[-500:])


def _print(features: list[Feature], leaks: list[Feature]) -> None:
    expected = [f for f in features if f.changed_rows and f.is_declared_leaky]
    for feature in expected:
        print(f"leaky, as declared: {feature.name} ({feature.changed_rows:,} rows)")
    for feature in leaks:
        print(f"KNOWS THE FUTURE: {feature.name} ({feature.changed_rows:,} rows)")
    print(
        f"{len(features)} features, {len(leaks)} know the future, "
        f"{len(expected)} are declared leaky and are."
    )


def _read_options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    what = parser.add_argument_group("what to check")
    what.add_argument(
        "--data", type=Path, required=True, metavar="DIR",
        help="folder with the CSV files; needed, there is no default",
    )  # fmt: skip
    what.add_argument(
        "--project-dir", type=Path, default=ROOT, metavar="DIR",
        help="the dbt project (default: this one)",
    )  # fmt: skip
    parser.add_argument_group("results").add_argument(
        "--json", dest="wants_json", action="store_true", help="print all features as JSON"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    run_script(main)
