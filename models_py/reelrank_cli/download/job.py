"""The whole job: look, fetch, verify, unpack, put in place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reelrank.errors import UserError

from reelrank_cli.download import folder
from reelrank_cli.download.archive import Archive, md5_of
from reelrank_cli.download.fetch import Fetcher, Patience
from reelrank_cli.download.folder import Places, State
from reelrank_cli.download.progress import Meter, megabytes
from reelrank_cli.download.unpack import unpack


@dataclass(frozen=True)
class Job:
    """What to get, where to put it, and how to behave on the way.

    Attributes
    ----------
    zip_file : Path or None
        A zip to use instead of the network; None looks for KuaiRec.zip beside the folder.
    say : callable
        Takes a sentence for the user.
    free : callable
        Gives the free bytes of a path's disk; tests put their own here.
    """

    archive: Archive
    where: Places
    zip_file: Path | None
    patience: Patience
    keep_zip: bool
    say: Callable[[str], None]
    meter: Callable[[str, int], Meter]
    free: Callable[[Path], int] = folder.free_bytes


@dataclass(frozen=True)
class Outcome:
    """How it ended: a status in one or two words, a sentence, and whether the md5 was seen."""

    status: str
    sentence: str
    verified: bool


def run(job: Job) -> Outcome:
    """Make sure that the folder is there, whole and verified; do nothing that is done already.

    Raises
    ------
    UserError
        If it cannot be fetched. The folder is then unchanged.
    """
    state = folder.inspect(job.where.out)
    if state is State.COMPLETE:
        return _present(job)
    zip_file = local_zip(job)
    if state is State.UNVERIFIED:
        return _keep_folder(job, zip_file)
    job.where.out.parent.mkdir(parents=True, exist_ok=True)
    with folder.only_writer(job.where.out.parent):
        if folder.inspect(job.where.out) is State.COMPLETE:  # another run was faster
            return _present(job)
        _sweep(job.where)
        if zip_file is not None:
            _verify(zip_file, job.archive)
            job.say(f"{zip_file} has the right checksum: no download needed")
            return _unpack(job, zip_file)
        _download(job)
        outcome = _unpack(job, job.where.part)
        if job.keep_zip:
            job.where.part.rename(job.where.zip)
        else:
            job.where.part.unlink()
        return outcome


def _present(job: Job) -> Outcome:
    left = job.where.part if job.where.part.exists() else None
    hint = f" {left} is no longer needed: delete it." if left else ""
    source = folder.recorded_source(job.where.out)
    sentence = f"{job.where.out} is already there and complete (source: {source}).{hint}"
    return Outcome("present", sentence, True)


def local_zip(job: Job) -> Path | None:
    """Find the zip that makes the network unnecessary, if there is one."""
    if job.zip_file is None:
        return job.where.zip if job.where.zip.is_file() else None
    if not job.zip_file.is_file():
        raise UserError(
            f"There is no file {job.zip_file}.", "Correct --zip FILE, or leave it out to download."
        )
    return job.zip_file


def plan(job: Job) -> Outcome:
    """Say what `run` would do. Touches neither the disk nor the network."""
    state = folder.inspect(job.where.out)
    if state is State.COMPLETE:
        return Outcome("dry run", f"{job.where.out} is complete: nothing to do.", True)
    zip_file = local_zip(job)
    if state is State.UNVERIFIED:
        task = f"compare it with {zip_file}" if zip_file else "leave it as it is"
        return Outcome("dry run", f"{job.where.out} was unpacked by hand: would {task}.", False)
    steps = [f"use {zip_file}"] if zip_file else [_download_step(job)]
    steps.append(f"check the MD5 {job.archive.md5}")
    steps.append(f"unpack about {megabytes(job.archive.unpacked_bytes)} into {job.where.out}")
    spare = f"{megabytes(job.free(job.where.out.parent))} are free"
    return Outcome("dry run", f"Would {', then '.join(steps)} ({spare}).", False)


def _download_step(job: Job) -> str:
    have = job.where.part.stat().st_size if job.where.part.exists() else 0
    resume = f" from {megabytes(have)} on" if have else ""
    return f"download {job.archive.urls[0]}{resume}"


def _keep_folder(job: Job, zip_file: Path | None) -> Outcome:
    """Record the origin of a folder unpacked by hand if a zip proves it, else leave it alone."""
    if zip_file is None or not folder.is_plain(job.where.out):
        return Outcome(
            "present",
            f"{job.where.out} is already there. Its origin is not verified: put KuaiRec.zip "
            f"at {job.where.zip} and run this again to have it checked.",
            False,
        )
    _verify(zip_file, job.archive)
    folder.adopt(job.where.out, zip_file, job.archive)
    return Outcome("verified", f"{job.where.out} equals the contents of {zip_file}.", True)


def _verify(zip_file: Path, archive: Archive) -> None:
    found = md5_of(zip_file)
    if found != archive.md5:
        size = megabytes(zip_file.stat().st_size)
        raise UserError(
            f"{zip_file} ({size}) is not the expected archive: its MD5 is {found}, "
            f"not {archive.md5}.",
            "Move it away and run this again to download, or get it again in the browser.",
        )


def _sweep(where: Places) -> None:
    """Remove the half-unpacked folder of a run that was killed; nobody else is writing it."""
    if where.staging.exists():
        shutil.rmtree(where.staging)


def _download(job: Job) -> None:
    beside = job.where.out.parent

    def need_space(to_come: int) -> None:
        folder.check_space(beside, to_come + job.archive.unpacked_bytes, job.free)

    have = job.where.part.stat().st_size if job.where.part.exists() else 0
    need_space(max(0, job.archive.zip_bytes - have))  # before anything is asked of a server
    if have:
        job.say(f"going on from the {megabytes(have)} already here")
    Fetcher(
        job.archive, job.where.part, job.patience, need_space, say=job.say, meter=job.meter
    ).run()


def _unpack(job: Job, zip_file: Path) -> Outcome:
    """From a verified zip to the finished folder. A failure leaves no trace of it."""
    job.where.staging.mkdir()
    try:
        files = unpack(
            zip_file,
            job.archive,
            job.where.staging,
            lambda need: folder.check_space(job.where.out.parent, need, job.free),
            job.meter,
        )
        folder.publish(job.where, job.archive, files)
    except BaseException:
        shutil.rmtree(job.where.staging, ignore_errors=True)
        raise
    size = megabytes(sum(files.values()))
    return Outcome("ready", f"{job.where.out} is ready: {len(files)} files, {size}.", True)
