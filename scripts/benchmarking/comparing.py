"""The new figures beside the last committed ones: what got more than 20 % worse."""

from __future__ import annotations

import os
import sys

from benchmarking.results import Results, words
from benchmarking.yardstick import other_pace

REGRESSION = 1.2
RED, PLAIN = "\x1b[31m", "\x1b[0m"
Figure = tuple[float, str]


def figures(values: dict) -> dict[tuple[str, str], Figure]:
    """Everything of which less is better, by what it is of and what it is."""
    found = {}
    for measure in values.get("measures", []):
        of = f"{measure['name']}, {measure['scale']}"
        found[of, "wall"] = (measure["seconds"], "s")
        found[of, "memory"] = (measure["peak_gb"], "GB")
    for name, value in values.get("one_user", {}).items():
        found["one_user", name] = (value, "ms")
    return found


def paces(values: dict) -> dict[str, float | None]:
    """Seconds of the yardstick beside each command; None where it was not taken."""
    return {
        f"{measure['name']}, {measure['scale']}": measure.get("yardstick_seconds")
        for measure in values.get("measures", [])
    }


def compare(results: Results, last: dict) -> tuple[list[str], bool]:
    """Write a line per figure that was measured now, beside the last committed one.

    Returns
    -------
    list of str
        The lines, and a sentence that says what got worse; red on a terminal unless NO_COLOR.
    bool
        Whether anything got more than 20 % worse on the same machine.
    """
    before = figures(last)
    lines, worse = [], []
    pace, pace_before = paces(results.values), paces(last)
    for (of, what), (value, unit) in figures(results.values).items():
        if of not in results.fresh:
            continue
        text = f"{of:<44} {what:<24} {value:>8,.2f} {unit}"
        if (of, what) in before:
            old = before[of, what][0]
            text += f"   before {old:,.2f} {unit}"
            if value > REGRESSION * old:
                change = f"{value / old - 1:+.0%}" if old else "from nothing"
                worse.append(f"{of} {what} {old:,.2f} -> {value:,.2f} {unit} ({change})")
                text = red(f"{text}   REGRESSION {change}")
            if what == "wall" and (said := other_pace(pace.get(of), pace_before.get(of))):
                text += f" ({said})"
        lines.append(text)
    is_same_machine = last.get("machine") == results.values["machine"]
    return [*lines, *_sentences(last, worse, is_same_machine)], bool(worse) and is_same_machine


def _sentences(last: dict, worse: list[str], is_same_machine: bool) -> list[str]:
    if not last:
        return ["There are no committed results to compare with."]
    said = []
    if not is_same_machine:
        said = [f"The committed results are of another machine: {words(last['machine'])}."]
    if not worse:
        return [*said, "Nothing got more than 20 % worse than the committed results."]
    many = "figure" if len(worse) == 1 else "figures"
    return [*said, red(f"Regression: {len(worse)} {many} more than 20 % worse than committed: "
                       f"{'; '.join(worse)}.")]  # fmt: skip


def red(text: str) -> str:
    """Colour for a terminal; plain where output is kept, or NO_COLOR is set."""
    wants_colour = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    return f"{RED}{text}{PLAIN}" if wants_colour and not os.environ.get("NO_COLOR") else text
