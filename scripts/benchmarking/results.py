"""Results that grow part by part: written after each, merged into those that are there."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from reelrank.errors import UserError
from reelrank.progress import say
from reelrank.warehouse.versions import software_versions

from benchmarking import page
from benchmarking.commands import ROOT, Measure, medians
from benchmarking.stages import Stage

DOCS = ROOT / "docs"
NAME = "benchmarks.json"


@dataclass
class Results:
    """What is known so far.

    Attributes
    ----------
    values : dict
        machine, versions, scale, seed; measures, stages, limits, one_user, quality, ideas.
    folder : Path or None
        Where benchmarks.json and benchmarks.md are kept; None writes nothing.
    fresh : set of str
        Names of the figures (see comparing.py) that this run measured.
    earlier : list of dict
        Measures whose runs count as well, beside those of now; empty unless --add.
    """

    values: dict
    folder: Path | None
    fresh: set[str] = field(default_factory=set)
    earlier: list[dict] = field(default_factory=list)

    def follow(self, repeats: Iterable[list[Measure]]) -> None:
        """Keep what is measured after every repeat."""
        for measures in repeats:
            self.add_measures(measures)

    def add_measures(self, measures: list[Measure]) -> None:
        """Replace measures of the same name and scale, note the commit, write."""
        stamp = {"commit": commit(), "measured_on": datetime.now(UTC).strftime("%Y-%m-%d")}
        for measure in measures:
            self.fresh.add(f"{measure.name}, {measure.scale}")
            found = pooled(self.earlier, asdict(measure) | stamp)
            self._replace("measures", found, ("name", "scale"))
        self.write()

    def add_stages(self, stages: list[Stage]) -> None:
        """Replace the stages of the same commands and scales, write."""
        keys = ("command", "scale", "name")
        for stage in stages:
            self._replace("stages", asdict(stage), keys)
        self.write()

    def put(self, section: str, value: object) -> None:
        """Replace a whole section, write."""
        self.values[section] = value
        self.fresh.add(section)
        self.write()

    def write(self) -> None:
        """Write both files, if wanted; what stands around the measured part stays."""
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.values, indent=1) + "\n"
        unfinished = self.folder / (NAME + ".new")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(self.folder / NAME)
        page.write(self.folder / "benchmarks.md", DOCS / "benchmarks.md", self.values)

    def _replace(self, section: str, value: dict, keys: tuple[str, ...]) -> None:
        known = self.values.setdefault(section, [])
        places = [
            place for place, other in enumerate(known) if all(other[k] == value[k] for k in keys)
        ]
        if places:
            known[places[0]] = value
        else:
            known.append(value)


def pooled(earlier: Iterable[dict], measure: dict) -> dict:
    """Put the runs of an earlier measure of the same command and scale before the new ones.

    The medians are of all of them, and all their commits and days are named.
    """
    for other in earlier:
        if (other["name"], other["scale"]) == (measure["name"], measure["scale"]):
            runs = [*other["runs"], *measure["runs"]]
            named = {
                key: ", ".join(dict.fromkeys([*other[key].split(", "), measure[key]]))
                for key in ("commit", "measured_on")
            }
            return measure | medians(runs) | named | {"runs": runs}
    return measure


def open_results(folder: Path | None, scale: str, seed: int, is_added: bool = False) -> Results:
    """Go on with the results in `folder` if they are of this machine, scale and seed.

    Parameters
    ----------
    is_added : bool
        Whether runs are added to those that are known, instead of taking their place.

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
        say(f"{file} is of another machine: {words(known['machine'])}; beginning anew")
        return Results(fresh, folder)
    earlier = list(known.get("measures", [])) if is_added else []
    return Results(known | fresh, folder, earlier=earlier)


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


def words(facts: dict[str, object]) -> str:
    """Facts on one line."""
    return ", ".join(f"{name} {value}" for name, value in facts.items())


def commit() -> str:
    """Name what is checked out; + after it where files differ from that."""
    said = _git("rev-parse", "--short=7", "HEAD")
    changed = _git("status", "--porcelain", "--", ".", f":!docs/{NAME}", ":!docs/benchmarks.md")
    return said.strip() + ("+" if changed else "") if said else "unknown"


def last_committed() -> dict:
    """Results as last committed; empty if there are none."""
    said = _git("show", f"HEAD:docs/{NAME}")
    try:
        return json.loads(said) if said else {}
    except ValueError:
        return {}


def _git(*arguments: str) -> str | None:
    try:
        ended = subprocess.run(
            ["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    return ended.stdout if ended.returncode == 0 else None
