"""The measured part of docs/benchmarks.md; what people wrote around it stays."""

from __future__ import annotations

from pathlib import Path

from result_tables import markdown, write_section

from benchmarking import growth

SECTION = "measured"
# What the reference system's notebooks took on 2 cores, and what was set out to be reached.
BESIDE = (
    ("dbt run", "data preparation", 100, 9.9, 100, 4.0),
    ("train.py, default preset", "training and evaluation", 962 + 1262, 7.6, 12 * 60, 6.0),
    ("run.sh", "all three notebooks", 38 * 60 + 44, 9.9, 15 * 60, 9.9 / 2),
)
QUALITY = (
    "Both presets on the same simulated data, 95 % intervals over users; of nDCG more is better, "
    "of the mean absolute error (mae) less. Paired intervals of the differences: "
    "`python scripts/compare_presets.py`."
)
LIMITS = {
    "csv": ("MB", "DuckDB's plain read_csv"),
    "als": ("pairs x iterations", "implicit alone"),
    "boosting": ("rows x rounds", "LightGBM alone"),
    "predicting": ("rows", "LightGBM's own loop"),
}
LEAST_SECONDS = 0.5
COMMANDS = (
    "`dbt build` (`dbt run` and its data tests), `train.py` and `report.py` at the main scale are "
    "the steps of `run.sh`, seen from outside as processes. Processor seconds, of all threads, "
    "far below seconds x cores mean that the command waited or did not have the machine to itself. "
    "The yardstick is a fixed small piece of work, measured right before and after each run: where "
    "it took longer, the machine was slower."
)
BAR = "–"


def write(page: Path, template: Path, values: dict) -> None:
    """Put the results into the page; a page that is not there begins as the committed one."""
    if not page.exists():
        page.write_text(template.read_text(encoding="utf-8"), encoding="utf-8")
    write_section(page, SECTION, render(values))


def render(values: dict) -> str:
    """All tables of which there are results."""
    parts = [_about(values)]
    measures = values.get("measures", [])
    if measures:
        parts += ["## Beside the reference system", *_beside(values)]
        parts += ["## Whole commands", COMMANDS, _commands(measures)]
    if values.get("quality"):
        parts += ["## Quality beside the reference preset", QUALITY, _quality(values["quality"])]
    for name in ("dbt run", "train.py, default preset"):
        found = growth.per_million(m for m in measures if m["name"] == name)
        if len(found) > 1:
            parts += [f"## Growth of {name}", _growth(found), growth.verdict(found)]
            parts += _stage_growth(values, name)
    parts += _stages(values)
    if values.get("one_user"):
        rows = [[name.replace("_", " "), f"{value:,.1f}"]
                for name, value in values["one_user"].items()]  # fmt: skip
        parts += [
            "## One user, 500 candidates",
            "Scored again from what the run stored, on one thread. Cold: from the start of the "
            "process, imports, trees and vectors included.",
            markdown(["from", "milliseconds"], [[n.removesuffix(" ms"), v] for n, v in rows]),
        ]
    if values.get("ideas"):
        parts += ["## Ideas in isolation", *_ideas(values["ideas"])]
    return "\n\n".join(parts)


def _about(values: dict) -> str:
    facts = [f"{key} {value}" for part in ("machine", "versions") for key, value in
             values[part].items()]  # fmt: skip
    commits, days = (
        sorted({one for m in values.get("measures", []) for one in m[key].split(", ")})
        for key in ("commit", "measured_on")
    )
    return (
        f"Simulated KuaiRec, scale {values['scale']}, seed {values['seed']}. "
        f"{', '.join(facts)}. Measured on {', '.join(days) or BAR} at commit "
        f"{', '.join(commits) or BAR}. Wall time and peak resident memory of the whole process "
        "tree; medians, every run in benchmarks.json."
    )


def _beside(values: dict) -> list[str]:
    known = {m["name"]: m for m in values["measures"] if m["scale"] == values["scale"]}
    rows = []
    for name, theirs, seconds, peak_gb, most_seconds, most_gb in BESIDE:
        if name not in known:
            continue
        ours = known[name]
        holds = ours["seconds"] <= most_seconds and ours["peak_gb"] <= most_gb
        rows.append(
            [theirs, _clock(seconds), f"{peak_gb} GB", f"`{name}`", _clock(ours["seconds"]),
             f"{ours['peak_gb']:.2f} GB", f"{ours['seconds'] / seconds:.0%}",
             f"{_clock(most_seconds)}, {most_gb:.3g} GB", "holds" if holds else "**missed**"]
        )  # fmt: skip
    head = ["reference system", "time", "peak", "ours", "time", "peak", "share of time",
            "at most", ""]  # fmt: skip
    note = (
        "The reference system: published notebooks on files of full size and 2 cores "
        "(preparation 1:40 and 9.9 GB, training 16:02 and 7.6 GB, evaluation 21:02 and 3.6 GB, in "
        "all 38:44). They never run their two stages together, have no baselines and no "
        "intervals; ours include all of that, history features and the publication."
    )
    if values["scale"] != "full":
        note += f" **Ours are of scale {values['scale']} here: not comparable.**"
    return [note, markdown(head, rows)] if rows else [note]


def _commands(measures: list[dict]) -> str:
    rows = [
        [m["name"], m["scale"], f"{m['rows']:,}", f"{m['seconds']:,.1f}",
         ", ".join(f"{run['seconds']:,.1f}" for run in m["runs"]), f"{m['peak_gb']:.2f}",
         f"{m['processor_seconds']:,.0f}" if m["processor_seconds"] else BAR,
         f"{m['spilled_gb']:.2f}" if m["spilled_gb"] else BAR, _pace(m)]
        for m in measures
    ]  # fmt: skip
    head = ["command", "scale", "rows", "seconds", "of the runs", "peak GB", "processor s",
            "spilled GB", "yardstick s"]  # fmt: skip
    return markdown(head, rows)


def _growth(found: list[dict]) -> str:
    ratios = growth.against(found) or [(None, None)] * len(found)
    rows = [
        [row["scale"], f"{row['rows']:,}", f"{row['seconds']:.2f}", _times(time),
         f"{row['peak_gb']:.3f}", _times(memory), _pace(row)]
        for row, (time, memory) in zip(found, ratios, strict=True)
    ]  # fmt: skip
    return markdown(
        ["scale", "rows", "seconds per million rows", "to x1", "GB per million rows", "to x1",
         "yardstick s"],
        rows,
    )  # fmt: skip


def _stage_growth(values: dict, command: str) -> list[str]:
    """Seconds of a stage per million of its own rows, a column per scale."""
    stages = [s for s in values.get("stages", []) if s["command"] == command and s["rows"]]
    if not command.startswith("train.py") or len({s["scale"] for s in stages}) < 2:
        return []
    sizes = {m["scale"]: m["rows"] for m in values["measures"]}
    scales = sorted({s["scale"] for s in stages}, key=lambda scale: sizes.get(scale, 0))
    by_name: dict[str, dict[str, dict]] = {}
    for stage in stages:
        by_name.setdefault(stage["name"], {})[stage["scale"]] = stage
    rows = []
    for name, found in by_name.items():
        sizes_of = {scale: _counted(stage) for scale, stage in found.items()}
        cells = [
            f"{_short(found[scale]['seconds'] / sizes_of[scale][0] * 1e6)} "
            f"({sizes_of[scale][0] / 1e6:,.2f} M)"
            if scale in found
            else BAR
            for scale in scales
        ]
        rows.append([name, next(iter(sizes_of.values()))[1], *cells])
    return [
        "A row of the table above is a line of the two matrices. The stages count rows of their "
        "own; the ranker is fitted on at most `max_train_rows` of them, drawn by hash, so it "
        "stops growing there, and early stopping finds its rounds: it is counted "
        "in both. Seconds per million (how many):",
        markdown(["stage", "counted", *(growth.NAMES.get(s, s) for s in scales)], rows),
    ]


def _counted(stage: dict) -> tuple[float, str]:
    """How much a stage worked through, and of what."""
    if stage["limit"] == "boosting":
        return stage["work"], LIMITS["boosting"][0]
    return stage["rows"], stage["row_unit"]


def _stages(values: dict) -> list[str]:
    """Where the time goes at the main scale, beside what the machine can do."""
    limits, parts = values.get("limits", {}), []
    stages = [s for s in values.get("stages", []) if s["scale"] == values["scale"]]
    stages.sort(key=lambda stage: -stage["seconds"])
    for command in dict.fromkeys(stage["command"] for stage in stages):
        rows = [
            [s["name"], f"{s['seconds']:,.1f}", f"{s['rows']:,}", s["row_unit"],
             f"{s['rows'] / s['seconds']:,.0f}", _beside_limit(s, limits)]
            for s in stages
            if s["command"] == command and s["seconds"] >= LEAST_SECONDS and s["rows"]
        ]  # fmt: skip
        total = sum(s["seconds"] for s in stages if s["command"] == command)
        head = ["stage", "seconds", "count", "of", "per second", "beside the machine's limit"]
        parts += [
            f"## Where the time of {command} goes",
            f"{total:,.0f} s in stages; views and those under {LEAST_SECONDS} s are left out.",
            markdown(head, rows),
        ]
    if parts and limits:
        parts.append(
            "The limit is the engine alone on rows of the same run, nothing read or written "
            "around it: DuckDB's own typed `read_csv` of big_matrix into a table "
            f"({limits['csv']:,.0f} MB/s; its bytes alone are read at {limits['bytes']:,.0f} "
            "MB/s), implicit on the finished matrix, LightGBM on bins that are there, and its "
            "`predict` on one matrix. A stage also joins its features, bins, checks and stores."
        )
    return parts


def _beside_limit(stage: dict, limits: dict[str, float]) -> str:
    if not stage["work"] or stage["limit"] not in limits:
        return BAR
    unit, engine = LIMITS[stage["limit"]]
    ours, alone = stage["work"] / stage["seconds"], limits[stage["limit"]]
    return f"{ours:,.0f} of {alone:,.0f} {unit}/s ({engine}): {ours / alone:.0%}"


def _quality(rows: list[dict]) -> str:
    def cell(row: dict, which: str) -> str:
        low, high = row[f"{which}_low"], row[f"{which}_high"]
        return f"{row[which]:.4f} ({low:.4f}–{high:.4f})"

    return markdown(
        ["question", "model", "default", "reference", "difference"],
        [
            [row["question"], f"`{row['model']}`", cell(row, "ours"), cell(row, "theirs"),
             f"{row['ours'] - row['theirs']:+.4f}"]
            for row in rows
        ],
    )  # fmt: skip


def _ideas(ideas: dict) -> list[str]:
    rows = [[i["idea"], i["what"], f"{i['seconds']:.2f}", i["note"]] for i in ideas["rows"]]
    return [ideas["about"], markdown(["idea", "way", "seconds", "note"], rows)]


def _pace(measure: dict) -> str:
    seconds = measure.get("yardstick_seconds")
    return f"{seconds:.2f}" if seconds else BAR


def _short(value: float) -> str:
    """Three digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _times(ratio: float | None) -> str:
    return BAR if ratio is None else f"{ratio:.2f}"


def _clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60}:{seconds % 60:04.1f}" if seconds % 1 else \
        f"{int(seconds) // 60}:{int(seconds) % 60:02d}"  # fmt: skip
