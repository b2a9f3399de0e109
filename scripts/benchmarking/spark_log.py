"""What Spark did for each model of a `dbt run`, from its event log."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

BETWEEN = "before, between and after models"
MERGED = "AQEShuffleRead"  # Spark read several small partitions as one


@dataclass
class Work:
    """What the tasks of one model did, or those of all models.

    Attributes
    ----------
    seconds : float
        From the start of its compilation to its end, by the clock on the wall.
    processor_seconds : float
        Of its tasks; planning on the driver is not in it.
    read_bytes, shuffle_bytes, spilled_bytes : int
        Read from files, written for other stages, and written to disk for want of memory.
    stage_shuffle_bytes : int
        Written by the stage that wrote most.
    stage_result_bytes : int
        What one stage sent to the driver, at most: small where no table is collected there.
    lone_task_rows : int
        Rows that one task had to get from all others, at most: small where no window or sort of a
        large table is without partitions.
    """

    seconds: float = 0.0
    processor_seconds: float = 0.0
    read_bytes: int = 0
    shuffle_bytes: int = 0
    spilled_bytes: int = 0
    stage_shuffle_bytes: int = 0
    stage_result_bytes: int = 0
    lone_task_rows: int = 0


SUMMED = ("seconds", "processor_seconds", "read_bytes", "shuffle_bytes", "spilled_bytes")


def work_of_models(events: Path, target: Path) -> dict[str, Work]:
    """Sum the tasks by the model that was built when they started; dbt builds one at a time.

    Parameters
    ----------
    events : Path
        Folder with the log of one application.
    target : Path
        dbt's folder, with run_results.json.
    """
    spans = model_spans(target)
    found = {name: Work(seconds=end - start) for name, start, end in spans}
    found[BETWEEN] = Work()
    for tasks, has_to_be_one in stages(events):
        started = min(task["Task Info"]["Launch Time"] for task in tasks) / 1000
        name = next((name for name, start, end in spans if start <= started <= end), BETWEEN)
        measures = [task["Task Metrics"] for task in tasks if task.get("Task Metrics")]
        _add(found[name], measures, has_to_be_one)
    return found


def model_spans(target: Path) -> list[tuple[str, float, float]]:
    """Name of each model that was built, and when that began and ended (Unix seconds)."""
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    spans = []
    for result in results:
        kind, _, name = result["unique_id"].split(".")[:3]
        if kind == "model" and result["timing"]:
            times = [
                datetime.fromisoformat(part[at]).timestamp()
                for part in result["timing"]
                for at in ("started_at", "completed_at")
            ]
            spans.append((name, min(times), max(times)))
    return spans


def stages(events: Path) -> Iterator[tuple[list[dict], bool]]:
    """Yield the ended tasks of each stage, and whether one task is all that there could be."""
    (log,) = [path for path in events.rglob("*") if path.is_file() and path.suffix != ".crc"]
    tasks, merged = defaultdict(list), set()
    with log.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith('{"Event":"SparkListenerTaskEnd"'):
                task = json.loads(line)
                tasks[task["Stage ID"]].append(task)
            elif line.startswith('{"Event":"SparkListenerStageCompleted"') and MERGED in line:
                merged.add(json.loads(line)["Stage Info"]["Stage ID"])
    for stage, found in tasks.items():
        yield found, len(found) == 1 and stage not in merged


def _add(work: Work, tasks: list[dict], has_to_be_one: bool) -> None:
    """Add the tasks of one stage."""
    if not tasks:
        return
    shuffled = sum(task["Shuffle Write Metrics"]["Shuffle Bytes Written"] for task in tasks)
    results = sum(task["Result Size"] for task in tasks)
    rows = [task["Shuffle Read Metrics"]["Total Records Read"] for task in tasks]
    work.processor_seconds += sum(task["Executor CPU Time"] for task in tasks) / 1e9
    work.read_bytes += sum(task["Input Metrics"]["Bytes Read"] for task in tasks)
    work.shuffle_bytes += shuffled
    work.spilled_bytes += sum(task["Disk Bytes Spilled"] for task in tasks)
    work.stage_shuffle_bytes = max(work.stage_shuffle_bytes, shuffled)
    work.stage_result_bytes = max(work.stage_result_bytes, results)
    if has_to_be_one:
        work.lone_task_rows = max(work.lone_task_rows, rows[0])


def total(works: dict[str, Work]) -> Work:
    """Sum what is summed of all models, and take the largest of what is the largest."""
    found = Work()
    for name in vars(found):
        values = [getattr(work, name) for work in works.values()]
        setattr(found, name, sum(values) if name in SUMMED else max(values))
    return found
