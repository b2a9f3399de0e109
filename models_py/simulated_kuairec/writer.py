"""Writes a whole simulated source: into a folder beside the target, moved in place when done."""

import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa
from reelrank.errors import UserError
from reelrank.progress import progress

from simulated_kuairec import SOURCE, VERSION, dense, log
from simulated_kuairec.csv_text import INTERACTION_COLUMNS, interaction_table, write_rows
from simulated_kuairec.daily_counters import write_daily_counters
from simulated_kuairec.side_files import write_side_files
from simulated_kuairec.truth import write_truth
from simulated_kuairec.world import World, build_world

FILES = (
    "big_matrix.csv", "small_matrix.csv", "user_features.csv", "item_categories.csv",
    "item_daily_features.csv", "social_network.csv", "kuairec_caption_category.csv",
)  # fmt: skip
# below so many rows a second process costs more than it brings
ROWS_WORTH_PROCESSES = 1_500_000
WORKERS = 2
CHUNKS_AHEAD = 8

_world: World | None = None


@dataclass(frozen=True)
class Job:
    """One chunk of one file."""

    file: str
    chunk: int
    path: Path


def _end_with(parent: int) -> None:
    """Wait until the process that started this one is gone, then end this one too."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


def _enter(factor: float, seed: int, parent: int) -> None:
    """Prepare a worker: the world is rebuilt, which is faster than sending it."""
    global _world
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    pa.set_cpu_count(1)
    _world = build_world(factor, seed)


def _write_chunk(job: Job) -> tuple[Path, int]:
    """Make and write one chunk; returns its path and rows."""
    if job.file == "item_daily_features.csv":
        write_daily_counters(_world, job.path.parent)
        return job.path, 0
    is_dense = job.file == "small_matrix.csv"
    rows = dense.dense_chunk(_world, job.chunk) if is_dense else log.log_chunk(_world, job.chunk)
    write_rows(interaction_table(rows, is_dense), job.path)
    return job.path, len(rows.user)


class _Here(Executor):
    """Runs jobs at once, in this process."""

    def submit(self, fn, /, *args, **kwargs) -> Future:  # noqa: ANN001, ANN002, ANN003
        future: Future = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@contextmanager
def _executor(world: World) -> Iterator[Executor]:
    """Provide processes for large sources, this process for small ones."""
    global _world
    if world.counts.log_rows + world.counts.dense_rows < ROWS_WORTH_PROCESSES:
        _world = world
        yield _Here()
        return
    workers = min(WORKERS, os.cpu_count() or 1)
    arguments = (world.counts.factor, world.seed, os.getpid())
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, context, _enter, arguments) as executor:
        yield executor


def _jobs(world: World, folder: Path) -> list[Job]:
    """All chunks, the daily file first because it is the longest one."""
    jobs = [Job("item_daily_features.csv", 0, folder / "item_daily_features.csv")]
    for file, module in (("big_matrix.csv", log), ("small_matrix.csv", dense)):
        chunks = range(module.chunk_count(world))
        jobs += [Job(file, chunk, folder / f"{file}.{chunk:05d}") for chunk in chunks]
    return jobs


def _append(part: Path, whole: Path) -> None:
    """Append a finished chunk to its file, and remove it."""
    with part.open("rb") as source, whole.open("ab") as target:
        shutil.copyfileobj(source, target, 1 << 22)
    part.unlink()


def _write_large_files(world: World, folder: Path) -> None:
    """Write the two interaction files and the daily one, chunk by chunk, in order."""
    for file in ("big_matrix.csv", "small_matrix.csv"):
        (folder / file).write_text(",".join(INTERACTION_COLUMNS) + "\n")
    jobs = _jobs(world, folder)
    total = world.counts.log_rows + world.counts.dense_rows
    with progress("simulating", total) as update, _executor(world) as executor:
        waiting: list[Future] = []
        for job in [*jobs, *[None] * CHUNKS_AHEAD]:
            if job is not None:
                waiting.append(executor.submit(_write_chunk, job))
            while waiting and (len(waiting) > CHUNKS_AHEAD or job is None):
                part, rows = waiting.pop(0).result()
                if rows:
                    _append(part, part.with_suffix(""))
                update(rows)


def _facts(world: World, scale: str) -> dict:
    """Gather what SIMULATED.json states."""
    return {
        "source": SOURCE,
        "scale": scale,
        "seed": world.seed,
        "version": VERSION,
        "counts": world.counts.as_dict(),
        "parameters": world.play.parameters.as_dict(),
    }


def _refuse_foreign(target: Path) -> None:
    """Refuse to replace a folder that a simulation did not write."""
    if target.is_dir() and any(target.iterdir()) and not (target / "SIMULATED.json").is_file():
        raise UserError(
            f"--out {target}: the folder holds files that are not a simulated source",
            "choose an empty or a new folder",
        )
    if target.exists() and not target.is_dir():
        raise UserError(f"--out {target}: this is a file", "choose a new folder")


def _remove_abandoned(target: Path) -> None:
    """Remove what killed simulations of this target left beside it."""
    for folder in target.parent.glob(f".{target.name}.*.partial"):
        try:
            os.kill(int(folder.name.split(".")[-2]), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except PermissionError:
            continue


def write_source(factor: float, scale: str, seed: int, target: Path) -> dict:
    """Write the seven files, the truth and SIMULATED.json to `target`, or nothing at all.

    Parameters
    ----------
    factor : float
        Factor of rows against the real size.
    scale : str
        What the user called it.
    seed : int
        Seed; the same scale and seed give the same bytes.
    target : pathlib.Path
        Folder; an earlier simulation in it is replaced.

    Returns
    -------
    dict
        What SIMULATED.json states.

    Raises
    ------
    UserError
        If the target is a file, or a folder of something else.
    """
    target = target.resolve()  # a link to another disk stays a link
    _refuse_foreign(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = target.parent / f".{target.name}.{os.getpid()}.partial"
    _remove_abandoned(target)
    folder.mkdir()
    try:
        world = build_world(factor, seed)
        write_side_files(world, folder)
        write_truth(world.play, folder)
        _write_large_files(world, folder)
        facts = _facts(world, scale)
        (folder / "SIMULATED.json").write_text(json.dumps(facts, indent=2) + "\n")
        shutil.rmtree(target, ignore_errors=True)
        folder.rename(target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return facts
