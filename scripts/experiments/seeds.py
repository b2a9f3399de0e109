"""Train on several simulated logs with several training seeds, and say how much results differ."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
from reelrank.errors import UserError
from reelrank.progress import say
from reelrank_cli.main import run_script
from shared import CAVEAT

ROOT = Path(__file__).resolve().parents[2]
SEEDS = (42, 43, 44, 45, 46)
TRAINING_SEEDS = (42, 43, 44)
SQL = Path(__file__).with_suffix(".sql")
EXAMPLES = """examples:
  python scripts/experiments/seeds.py                              # small: minutes a seed
  python scripts/experiments/seeds.py --scale full --seeds 42      # hours; goes on where it stopped
  python scripts/experiments/seeds.py --scale full --seeds 43 44
  python scripts/experiments/seeds.py --scale full --seeds --write # docs/seeds.md of what there is
"""


@dataclass(frozen=True)
class Piece:
    """One training on one simulated log, and where its figures are kept."""

    scale: str
    seed: int
    training_seed: int
    preset: str
    work: Path

    @property
    def figures(self) -> Path:
        """File with the metrics of the run."""
        name = f"{self.scale}-{self.preset}-{self.seed}-{self.training_seed}.json"
        return self.work / "pieces" / name

    @property
    def data(self) -> Path:
        """Folder of the simulated log."""
        return self.work / f"{self.scale}-{self.seed}"

    @property
    def database(self) -> Path:
        """What dbt builds of it."""
        return self.data.with_suffix(".duckdb")


def read_arguments() -> argparse.Namespace:
    """Parse the command line."""
    p = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = p.add_argument_group("what to train")
    what.add_argument("--scale", default="small", help="of the simulation (default: %(default)s)")
    what.add_argument("--seeds", type=int, nargs="*", default=list(SEEDS), metavar="N",
                      help="of the simulation (default: 42 to 46)")  # fmt: skip
    what.add_argument("--training-seeds", type=int, nargs="+", default=list(TRAINING_SEEDS),
                      metavar="N", help="of training (default: 42 to 44)")  # fmt: skip
    what.add_argument("--preset", default="default", help="parameters (default: %(default)s)")
    what.add_argument("--work", type=Path, default=Path("data/seeds"), metavar="DIR",
                      help="of pieces, logs and databases (default: %(default)s)")  # fmt: skip
    what.add_argument("--keep", action="store_true", help="keep logs and databases")
    what.add_argument(
        "--write", action="store_true", help="write docs/seeds.json and docs/seeds.md"
    )
    p.add_argument("--json", action="store_true", help="print the summary as JSON")
    return p.parse_args()


def run(command: list[str | Path], **environment: str | Path) -> None:
    """Run one of the project's commands; its errors are its own.

    Raises
    ------
    UserError
        If it fails.
    """
    settings = os.environ | {name: str(value) for name, value in environment.items()}
    words = [str(word) for word in command]
    if subprocess.run(words, cwd=ROOT, env=settings, stdout=subprocess.DEVNULL).returncode:
        raise UserError(f"{' '.join(words)} failed.", "Finished pieces stay.")


def make(piece: Piece, reelrank: list[str | Path]) -> None:
    """Simulate and build where it is not done yet, train, and keep the figures."""
    if not piece.database.is_file():
        if not (piece.data / "SIMULATED.json").is_file():
            run([*reelrank, "simulate", "--scale", piece.scale, "--seed", str(piece.seed),
                 "--out", piece.data])  # fmt: skip
        say(f"dbt run on {piece.data.name}")
        building = piece.database.with_suffix(".building")
        building.unlink(missing_ok=True)
        target = piece.work / "target"
        run([Path(sys.executable).parent / "dbt", "run", "--quiet"], REELRANK_DB=building,
            REELRANK_DATA_DIR=piece.data, DBT_TARGET_PATH=target, DBT_LOG_PATH=target)  # fmt: skip
        building.rename(piece.database)
    run([*reelrank, "train", "--db", piece.database, "--preset", piece.preset,
         "--seed", str(piece.training_seed)])  # fmt: skip
    keep_figures(piece)


def keep_figures(piece: Piece) -> None:
    """Write the metrics of the latest run, with the code they are of."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True
    ).stdout.strip()
    with duckdb.connect(str(piece.database), read_only=True) as con:
        found = con.execute(
            "select protocol, relevance, model, metric, k, value, ci_low, ci_high"
            " from ml.metrics semi join ml.latest_run using (run_id)"
        ).to_arrow_table()
    facts = {"scale": piece.scale, "seed": piece.seed, "training_seed": piece.training_seed}
    facts |= {"preset": piece.preset, "commit": commit}
    piece.figures.parent.mkdir(parents=True, exist_ok=True)
    unfinished = piece.figures.with_suffix(".unfinished")
    unfinished.write_text(json.dumps([facts | row for row in found.to_pylist()]) + "\n")
    unfinished.rename(piece.figures)


def summary(work: Path, scale: str, preset: str) -> list[dict]:
    """Mean, spreads and interval of every figure over the pieces that there are.

    Raises
    ------
    UserError
        If there is no piece.
    """
    pieces = sorted((work / "pieces").glob(f"{scale}-{preset}-*.json"))
    if not pieces:
        raise UserError(
            f"{work}: no finished piece of scale {scale}.", "Run it with --seeds first."
        )
    found = duckdb.execute(SQL.read_text(encoding="utf-8"), {"pieces": [str(p) for p in pieces]})
    return found.to_arrow_table().to_pylist()


def markdown(rows: list[dict], command: str) -> str:
    """Lay the summary out, one table per protocol and figure."""
    first = rows[0]
    lines = [
        "# How much results differ between seeds",
        "",
        f"Simulated KuaiRec ({first['scale']}), preset `{first['preset']}`: simulation seeds "
        f"{first['seeds']}, training seeds {first['training_seeds']} "
        f"(runs, log/fit: {first['runs']}), commit {first['commits']}. {CAVEAT}",
        "",
        "*Mean* is over the logs. *Between logs* is the standard deviation between simulation "
        "seeds. *Between fits* is that between training seeds, on logs that have several. "
        "*Over users* is half of the average 95 % interval. "
        "What differs by less is not called better.",
        "",
        f"Laid out by `{command}` from the runs that there are; without `--write`, and with seeds "
        "behind `--seeds` and `--training-seeds`, it makes them, some ten minutes each at full on "
        "two cores. All figures are in [seeds.json](seeds.json).",
    ]
    heading = None
    for row in rows:
        name = f"{row['protocol']}, {row['relevance']}, {row['metric']}"
        name += f"@{row['k']}" if row["k"] else ""
        if name != heading:
            heading = name
            lines += [
                "",
                f"## {name}",
                "",
                "| model | mean | between logs | between fits | over users |",
            ]
            lines += ["|---|---|---|---|---|"]
        cells = (row["mean"], row["between_logs"], row["between_fits"], row["over_users"])
        texts = ["–" if cell is None else f"{cell:.4f}" for cell in cells]
        lines.append(f"| `{row['model']}` | {' | '.join(texts)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Make the missing pieces, then summarise all."""
    arguments = read_arguments()
    work = arguments.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    reelrank = [Path(sys.executable), ROOT / "models_py"]
    for seed in arguments.seeds:
        mine = [Piece(arguments.scale, seed, training_seed, arguments.preset, work)
                for training_seed in arguments.training_seeds]  # fmt: skip
        for piece in mine:
            if not piece.figures.is_file():
                say(f"Scale {piece.scale}, seed {seed}, training seed {piece.training_seed}")
                make(piece, reelrank)
        if not arguments.keep:
            shutil.rmtree(mine[0].data, ignore_errors=True)
            mine[0].database.unlink(missing_ok=True)
    rows = summary(work, arguments.scale, arguments.preset)
    text = markdown(
        rows, f"python scripts/experiments/seeds.py --scale {arguments.scale} --seeds --write"
    )
    if arguments.write:
        lines = ",\n".join(json.dumps(row) for row in rows)
        (ROOT / "docs" / "seeds.json").write_text(f"[\n{lines}\n]\n")
        (ROOT / "docs" / "seeds.md").write_text(text)
    print(json.dumps(rows, indent=1) if arguments.json else text)


if __name__ == "__main__":
    run_script(main)
