"""The measured part of docs/benchmarks.md; what people wrote around it stays."""

from __future__ import annotations

from pathlib import Path

from result_tables import markdown, write_section

from benchmarking import growth

SECTION = "measured"
# What the reference system's notebooks took on 2 cores.
BESIDE = (
    ("dbt build", "data preparation", 100, 9.9),
    ("train.py, default preset", "training and evaluation", 962 + 1262, 7.6),
    ("run.sh", "all three notebooks", 38 * 60 + 44, 9.9),
)
REFERENCE = (
    "The reference system: its published notebooks, run on simulated files of full size with "
    "2 cores. They never run their two stages together and have no baselines or intervals. Our "
    "times include all of these, and data tests, history features and publication."
)
LIMITS = {
    "csv": ("MB", "DuckDB's plain read_csv"),
    "als": ("pairs x iterations", "implicit alone"),
    "boosting": ("rows x rounds", "LightGBM alone"),
    "predicting": ("rows", "LightGBM's own loop"),
}
SHOWN_STAGES = 12  # of a command, the longest
BAR = "–"


def write(page: Path, template: Path, values: dict) -> None:
    """Put the results into the page; a page that is not there begins as the committed one."""
    if not page.exists():
        page.write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
    write_section(page, SECTION, render(values))


def render(values: dict) -> str:
    """All tables of which there are results."""
    measures = values.get("measures", [])
    parts = [_about(values)]
    if values.get("turns"):
        parts.append(_turns(values["turns"]))
    if measures:
        parts += ["## Whole commands", _commands(measures)]
        parts += ["## Beside the reference system", *_beside(values)]
    for name in ("dbt run", "train.py, default preset"):
        found = growth.per_million(m for m in measures if m["name"] == name)
        if len(found) > 1:
            parts += [f"## Growth of {name}", _growth(found), growth.verdict(found)]
    parts += _stages(values)
    if values.get("answers"):
        parts += ["## Answers", *_answers(values)]
    return "\n\n".join(parts)


def words(facts: dict[str, object]) -> str:
    """Facts on one line."""
    return ", ".join(f"{name} {value}" for name, value in facts.items())


def _about(values: dict) -> str:
    measures = values.get("measures", [])
    commits, days = (sorted({m[key] for m in measures}) for key in ("commit", "measured_on"))
    return (
        f"Simulated KuaiRec, scale {values['scale']}, seed {values['seed']}. "
        f"{words(values['machine'])}; {words(values['versions'])}. Measured on "
        f"{', '.join(days) or BAR} at commit {', '.join(commits) or BAR}. Wall time and peak "
        "resident memory of the whole process tree, medians."
    )


def _turns(turns: dict) -> str:
    return (
        f"`run.sh`, both versions in turn, as a share of commit {turns['commit']}: time "
        f"**{turns['seconds']:.2f}**, processor time {turns['processor_seconds']:.2f}, memory "
        f"{turns['peak_gb']:.2f}."
    )


def _beside(values: dict) -> list[str]:
    known = {m["name"]: m for m in values["measures"] if m["scale"] == values["scale"]}
    rows = [
        [theirs, _clock(seconds), f"{peak} GB", f"`{name}`", _clock(known[name]["seconds"]),
         f"{known[name]['peak_gb']:.2f} GB", f"{known[name]['seconds'] / seconds:.0%}"]
        for name, theirs, seconds, peak in BESIDE
        if name in known
    ]  # fmt: skip
    scale = values["scale"]
    note = "" if scale == "full" else f" **Ours are of scale {scale} here: not comparable.**"
    head = ["reference system", "time", "peak", "ours", "time", "peak", "share of time"]
    return [REFERENCE + note, markdown(head, rows)]


def _commands(measures: list[dict]) -> str:
    rows = [
        [m["name"], m["scale"], f"{m['rows']:,}", f"{m['seconds']:,.1f}",
         ", ".join(f"{run['seconds']:,.1f}" for run in m["runs"]), f"{m['peak_gb']:.2f}",
         f"{m['processor_seconds']:,.0f}" if m["processor_seconds"] else BAR,
         f"{m['yardstick_seconds']:.2f}"]
        for m in measures
    ]  # fmt: skip
    head = ["command", "scale", "rows", "seconds", "of the runs", "peak GB", "processor s",
            "yardstick s"]  # fmt: skip
    return markdown(head, rows)


def _growth(found: list[dict]) -> str:
    ratios = growth.against(found) or [(None, None)] * len(found)
    rows = [
        [row["scale"], f"{row['rows']:,}", f"{row['seconds']:.2f}", _times(time),
         f"{row['peak_gb']:.3f}", _times(memory), f"{row['yardstick_seconds']:.2f}"]
        for row, (time, memory) in zip(found, ratios, strict=True)
    ]  # fmt: skip
    head = ["scale", "rows", "seconds per million rows", "to x1", "GB per million rows", "to x1",
            "yardstick s"]  # fmt: skip
    return markdown(head, rows)


def _stages(values: dict) -> list[str]:
    """Where the time goes at the main scale, beside what the machine can do."""
    limits, parts = values.get("limits", {}), []
    stages = [s for s in values.get("stages", []) if s["scale"] == values["scale"]]
    stages.sort(key=lambda stage: -stage["seconds"])
    for command in dict.fromkeys(stage["command"] for stage in stages):
        found = [s for s in stages if s["command"] == command]
        total = sum(s["seconds"] for s in found)
        rows = [
            [s["name"], f"{s['seconds']:,.1f}", f"{s['seconds'] / total:.0%}",
             _beside_limit(s, limits)]
            for s in found[:SHOWN_STAGES]
        ]  # fmt: skip
        rest = sum(s["seconds"] for s in found[SHOWN_STAGES:])
        if rest:
            count = len(found) - SHOWN_STAGES
            rows.append([f"{count} others", f"{rest:,.1f}", f"{rest / total:.0%}", BAR])
        head = ["stage", "seconds", "share", "compared with the engine's limit"]
        parts += [f"## Where the time of {command} goes", markdown(head, rows)]
    if parts and limits:
        parts.append(
            "The limit is the engine alone on rows of the same run, nothing read or written "
            "around it: DuckDB's typed `read_csv` of big_matrix, implicit on the finished matrix, "
            "LightGBM on bins that are there, its `predict` on one matrix."
        )
    return parts


def _beside_limit(stage: dict, limits: dict[str, float]) -> str:
    if not stage["work"] or not stage["seconds"] or stage["limit"] not in limits:
        return BAR
    unit, engine = LIMITS[stage["limit"]]
    ours, alone = stage["work"] / stage["seconds"], limits[stage["limit"]]
    return f"{ours:,.0f} of {alone:,.0f} {unit}/s ({engine}): {ours / alone:.0%}"


def _answers(values: dict) -> list[str]:
    user = values["one_user"]
    rows = [[f"`{a['question']}`", str(a["cold_ms"]), str(a["warm_ms"])] for a in values["answers"]]
    rows.append(["one user's candidates scored again", str(user["cold"]), str(user["warm"])])
    return [
        "Cold is a process of its own, warm the same question asked again.",
        markdown(["question", "cold ms", "warm ms"], rows),
    ]


def _times(ratio: float | None) -> str:
    return BAR if ratio is None else f"{ratio:.2f}"


def _clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
