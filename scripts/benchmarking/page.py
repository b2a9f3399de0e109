"""Results as docs/benchmarks.json for the next comparison, and docs/benchmarks.md for people."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict
from pathlib import Path

from reelrank.progress import colours_allowed
from reelrank.warehouse.versions import software_versions

from benchmarking.commands import Measure
from benchmarking.limits import Limit

REGRESSION = 1.2
RED, PLAIN = "\x1b[31m", "\x1b[0m"


def machine() -> dict[str, object]:
    """Describe what it ran on."""
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
        **software_versions(os.cpu_count() or 1),
    }


def compare(measures: list[Measure], last: dict) -> tuple[list[str], bool]:
    """Write a line per measure beside the last committed one.

    Returns
    -------
    list of str
        The lines; what grew by more than 20 % is marked, in red on a terminal.
    bool
        Whether anything grew that much.
    """
    known = {(m["name"], m["scale"]): m for m in last.get("measures", [])}
    lines, is_worse = [], False
    for measure in measures:
        text = (
            f"{measure.name:<32} {measure.scale:<8} {measure.seconds:>8.1f} s "
            f"{measure.peak_gb:>6.2f} GB"
        )
        before = known.get((measure.name, measure.scale))
        if before:
            text += f"   before {before['seconds']:.1f} s, {before['peak_gb']:.2f} GB"
            grown = measure.seconds > REGRESSION * before["seconds"]
            grown |= measure.peak_gb > REGRESSION * before["peak_gb"]
            if grown:
                is_worse = True
                text += "   REGRESSION of more than 20 %"
                text = f"{RED}{text}{PLAIN}" if colours_allowed() else text
        lines.append(text)
    return lines, is_worse


def write(folder: Path, results: dict) -> None:
    """Write both files."""
    text = json.dumps(results, indent=2) + "\n"
    (folder / "benchmarks.json").write_text(text, encoding="utf-8")
    (folder / "benchmarks.md").write_text(_page(results), encoding="utf-8")


def as_results(
    measures: list[Measure], limits: list[Limit], stages: dict, user: dict, settings: dict
) -> dict:
    """Everything as plain values."""
    return {
        "machine": machine(),
        **settings,
        "measures": [asdict(measure) for measure in measures],
        "limits": [asdict(limit) for limit in limits],
        "stages": stages,
        "one_user": user,
    }


def _page(results: dict) -> str:
    about = results["machine"]
    facts = ", ".join(f"{name} {value}" for name, value in about.items())
    parts = [
        "# Benchmarks",
        f"Written by `{results['command']}` on simulated data (seed {results['seed']}): {facts}. "
        f"Medians of {results['repeats']}; wall time and peak resident memory of the whole "
        "process tree.",
        "## Whole commands",
        _table(
            ["command", "scale", "rows", "seconds", "peak GB", "µs per row"],
            [
                [m["name"], m["scale"], f"{m['rows']:,}", m["seconds"], m["peak_gb"],
                 f"{m['seconds'] / m['rows'] * 1e6:.2f}"]
                for m in results["measures"]
            ],
        ),
    ]  # fmt: skip
    if results["limits"]:
        parts += [
            "## Stages beside their engine alone",
            _table(
                ["stage", "per second", "ours", "the engine alone", "share"],
                [
                    [m["stage"], m["unit"], f"{m['ours']:,.0f}", f"{m['alone']:,.0f}",
                     f"{m['ours'] / m['alone']:.0%}"]
                    for m in results["limits"]
                ],
            ),
        ]  # fmt: skip
    for title, stages in results["stages"].items():
        slowest = sorted(stages.items(), key=lambda item: -item[1])[:15]
        rows = [[name, f"{seconds:.1f}"] for name, seconds in slowest]
        parts += [f"## Where the time of {title} goes", _table(["stage", "seconds"], rows)]
    if results["one_user"]:
        rows = [[name, value] for name, value in results["one_user"].items()]
        parts += ["## One user, 500 candidates", _table(["from", "milliseconds"], rows)]
    return "\n\n".join(parts) + "\n"


def _table(head: list[str], rows: list[list]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
