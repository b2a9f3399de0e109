"""Results that grow part by part: written after each, merged into those that are there."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from reelrank.errors import UserError
from reelrank.progress import say
from reelrank.warehouse.versions import software_versions

from benchmarking import page
from benchmarking.commands import ROOT, Measure

DOCS = ROOT / "docs"
NAME = "benchmarks.json"


@dataclass
class Results:
    """What is known so far.

    Attributes
    ----------
    values : dict
        machine, versions, scale, seed; measures, stages, limits, answers, one_user, turns.
    folder : Path or None
        Where benchmarks.json and benchmarks.md are kept; None writes nothing.
    """

    values: dict
    folder: Path | None

    def follow(self, repeats: Iterable[list[Measure]]) -> None:
        """Keep what is measured after every repeat, in place of what had the name before."""
        for measures in repeats:
            found = [asdict(m) | {"commit": commit(), "measured_on": today()} for m in measures]
            names = {(m["name"], m["scale"]) for m in found}
            known = self.values.get("measures", [])
            kept = [m for m in known if (m["name"], m["scale"]) not in names]
            self.put("measures", kept + found)

    def add_stages(self, stages: list[dict]) -> None:
        """Replace all stages of the same commands and scales."""
        new = {(stage["command"], stage["scale"]) for stage in stages}
        kept = [s for s in self.values.get("stages", []) if (s["command"], s["scale"]) not in new]
        self.put("stages", kept + stages)

    def put(self, section: str, value: object) -> None:
        """Replace a section; write both files, if wanted."""
        self.values[section] = value
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / (NAME + ".new")
        unfinished.write_text(in_lines(self.values, 2) + "\n", encoding="utf-8")
        unfinished.replace(self.folder / NAME)
        page.write(self.folder / "benchmarks.md", DOCS / "benchmarks.md", self.values)


def open_results(folder: Path | None, scale: str, seed: int) -> Results:
    """Go on with the results in `folder` if they are of this machine, scale and seed.

    Raises
    ------
    UserError
        If they are of another scale or seed: those must not be lost by a small trial.
    """
    fresh = {"machine": machine(), "versions": software_versions(os.cpu_count() or 1)}
    fresh |= {"scale": scale, "seed": seed}
    file = folder / NAME if folder else None
    if file is None or not file.exists():
        return Results(fresh, folder)
    known = json.loads(file.read_text(encoding="utf-8"))
    if (known["scale"], known["seed"]) != (scale, seed):
        raise UserError(
            f"{file} holds results of scale {known['scale']}, seed {known['seed']}.",
            "Keep them: add --no-write, or --out DIR for another folder.",
        )
    if known["machine"] != fresh["machine"]:
        say(f"{file} is of another machine: {page.words(known['machine'])}; starting over")
        return Results(fresh, folder)
    return Results(known | fresh, folder)


def in_lines(value: object, depth: int, margin: str = "") -> str:
    """JSON with a line for each value down to `depth`; what is deeper stays on its line."""
    if depth == 0 or not isinstance(value, dict | list) or not value:
        return json.dumps(value)
    inner = margin + " "
    if isinstance(value, dict):
        lines = [
            f"{json.dumps(name)}: {in_lines(v, depth - 1, inner)}" for name, v in value.items()
        ]
    else:
        lines = [in_lines(row, depth - 1, inner) for row in value]
    ends = "{}" if isinstance(value, dict) else "[]"
    body = ",".join(f"\n{inner}{line}" for line in lines)
    return f"{ends[0]}{body}\n{margin}{ends[1]}"


def machine() -> dict[str, object]:
    """Describe what it runs on; figures of different machines are not merged."""
    model = platform.processor() or platform.machine()
    cpus = Path("/proc/cpuinfo")
    if cpus.exists():
        names = [line for line in cpus.read_text().splitlines() if line.startswith("model name")]
        model = names[0].split(": ", 1)[1] if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 1e9),
        "system": platform.platform(terse=True),
    }


def today() -> str:
    """Name the day, UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%d")


def commit() -> str:
    """Name what is checked out; + after it where files differ from that."""
    said = _git("rev-parse", "--short=7", "HEAD")
    changed = _git("status", "--porcelain", "--", ".", f":!docs/{NAME}", ":!docs/benchmarks.md")
    return said.strip() + ("+" if changed else "") if said else "unknown"


def _git(*arguments: str) -> str | None:
    try:
        ended = subprocess.run(
            ["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return ended.stdout if ended.returncode == 0 else None
