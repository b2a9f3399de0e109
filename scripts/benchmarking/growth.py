"""Whether time and memory of a row stay what they are while the data grow."""

from __future__ import annotations

from collections.abc import Iterable

from benchmarking.yardstick import OTHER_PACE

ALLOWED = 0.15
NAMES = {"full": "x1"}


def per_million(measures: Iterable[dict]) -> list[dict]:
    """Seconds and GB per million rows, from the smallest scale up.

    Returns
    -------
    list of dict
        scale, rows, yardstick_seconds; seconds, peak_gb of a million rows; time_growth,
        memory_growth against the cheapest smaller scale (0.1: 10 % more), None for the smallest.
    """
    found = []
    for measure in sorted(measures, key=lambda measure: measure["rows"]):
        millions = measure["rows"] / 1e6
        row = {
            "scale": NAMES.get(measure["scale"], measure["scale"]),
            "rows": measure["rows"],
            "seconds": measure["seconds"] / millions,
            "peak_gb": measure["peak_gb"] / millions,
            "yardstick_seconds": measure.get("yardstick_seconds"),
            "time_growth": None,
            "memory_growth": None,
        }
        if found:
            for key, growth in (("seconds", "time_growth"), ("peak_gb", "memory_growth")):
                row[growth] = row[key] / min(smaller[key] for smaller in found) - 1
        found.append(row)
    return found


def against(rows: list[dict], scale: str = "x1") -> list[tuple[float, float]] | None:
    """Time and memory of a million rows as multiples of those at one scale."""
    base = next((row for row in rows if row["scale"] == scale), None)
    if base is None:
        return None
    return [(row["seconds"] / base["seconds"], row["peak_gb"] / base["peak_gb"]) for row in rows]


def verdict(rows: list[dict]) -> str:
    """Say whether any step up costs more than 15 % more per row."""
    if len(rows) < 2:
        return "One scale alone says nothing about growth."
    parts, holds = [], True
    for key, name in (("time_growth", "time"), ("memory_growth", "memory")):
        worst = max(rows[1:], key=lambda row: row[key])
        parts.append(f"{name} {worst[key]:+.0%} (at {worst['scale']})")
        holds &= worst[key] <= ALLOWED
    said = "met" if holds else "**not met**"
    return f"Largest change per row from a smaller scale to a larger: {', '.join(parts)}. " \
        f"Target: at most +15 %: {said}.{_paces(rows)}"  # fmt: skip


def _paces(rows: list[dict]) -> str:
    """Say that the machine was not the same to all scales, where it was not."""
    paces = [row["yardstick_seconds"] for row in rows if row["yardstick_seconds"]]
    if len(paces) < 2 or max(paces) / min(paces) < OTHER_PACE:
        return ""
    return (
        f" The machine had another pace meanwhile: {min(paces):.2f} to {max(paces):.2f} s for the "
        "yardstick."
    )
