"""Which folder of CSV files to use; the simulated KuaiRec is written where there is none."""

from __future__ import annotations

import json
import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from reelrank.errors import UserError
from simulated_kuairec import VERSION
from simulated_kuairec.parameters import PARAMETERS

from reelrank_cli import ROOT
from reelrank_cli.pipeline.commands import run_visibly
from reelrank_cli.pipeline.options import Options
from reelrank_cli.pipeline.state import SOURCE_FILES

REAL = ROOT / "data" / "KuaiRec"
SIMULATED = ROOT / "data" / "simulated"
ENDING = r"(?i:\.((csv|tsv|txt)(\.gz|\.zst)?|parquet))"
LOG_NAME = re.compile(f"big_matrix{ENDING}?")
HINT = "Give a folder with --data DIR, or none to use the simulated KuaiRec."


@dataclass(frozen=True)
class Source:
    """A folder of CSV files, and whether it has to be simulated first."""

    folder: Path
    to_simulate: bool


def choose_source(options: Options) -> Source:
    """Find the folder: `--data`, else the real KuaiRec, else the simulated one.

    Raises
    ------
    UserError
        If the folder named by the user is missing or holds no log.
    """
    if options.data:
        _check_folder(options.data)
        return Source(options.data, to_simulate=False)
    if REAL.is_dir():
        _check_folder(REAL)
        return Source(REAL, to_simulate=False)
    current = not options.force and _is_simulated_as(SIMULATED, options.scale, options.seed)
    return Source(SIMULATED, to_simulate=not current)


def simulate(options: Options) -> None:
    """Write the simulated KuaiRec; an older one stays until the new one is whole."""
    command = [sys.executable, ROOT / "models_py", "simulate"]
    command += ["--out", SIMULATED, "--scale", options.scale, "--seed", str(options.seed)]
    run_visibly(command, "the simulation", HINT)


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise UserError(f"There is no folder {folder}.", HINT)
    if any(LOG_NAME.fullmatch(file.name) for file in folder.iterdir()):
        return
    inside = sorted(folder.glob("*/big_matrix.csv*")) + sorted(folder.glob("*/*/big_matrix.csv*"))
    if inside:
        raise UserError(
            f"{folder / 'big_matrix.csv'} is missing, but {inside[0]} is there.",
            f"Give that folder: --data '{inside[0].parent}'",
        )
    other = next(iter(sorted(folder.glob("big_matrix.*"))), None)
    if other:
        raise UserError(
            f"{other} is not in a supported format.",
            "Export it as CSV (plain, .gz or .zst) or Parquet: docs/own_logs.md, Formats.",
        )
    _say_what_is_there(folder)
    raise UserError(f"{folder / 'big_matrix.csv'} is missing.", HINT)


def _say_what_is_there(folder: Path) -> None:
    """Raise UserError if a file, or some, may be the log under other names."""
    others = sorted(
        file
        for file in folder.iterdir()
        if re.search(f"{ENDING}$", file.name) and file.name.split(".")[0] not in SOURCE_FILES
    )
    alike = [file for file in others if file.name.lower().startswith("big_matrix")]
    found = alike or others
    if len(found) == 1:
        log = folder / f"big_matrix{re.search(f'{ENDING}$', found[0].name)[0].lower()}"
        raise UserError(
            f"{folder / 'big_matrix.csv'} is missing, but {found[0].name} is there.",
            f"If that is the log, give it this name: ln -s {shlex.quote(found[0].name)} "
            f"{shlex.quote(str(log))}",
        )
    if found:
        names = ", ".join(file.name for file in found[:3]) + ("" if len(found) < 4 else " ...")
        raise UserError(
            f"{folder / 'big_matrix.csv'} is missing; the folder holds {names}.",
            "Name the log big_matrix.csv, or put its parts in a folder big_matrix: "
            "docs/own_logs.md, Formats.",
        )


def is_own_log(folder: Path) -> bool:
    """Whether the folder holds somebody's own log, of which nothing is known beforehand."""
    return not any((folder / name).exists() for name in ("SIMULATED.json", "SOURCE.json"))


def _is_simulated_as(folder: Path, scale: str, seed: int) -> bool:
    try:
        made = json.loads((folder / "SIMULATED.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    wanted = {
        "scale": scale,
        "seed": seed,
        "version": VERSION,
        "parameters": json.loads(json.dumps(PARAMETERS.as_dict())),
    }
    return {name: made.get(name) for name in wanted} == wanted
