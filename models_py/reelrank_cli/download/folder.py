"""The data folder on disk: what is there, is there room, one writer at a time, all or nothing."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from reelrank.errors import UserError

from reelrank_cli.download.archive import REQUIRED_FILES, Archive
from reelrank_cli.download.progress import megabytes

SOURCE_FILE = "SOURCE.json"
SIMULATED_FILE = "SIMULATED.json"
RESERVE_BYTES = 50_000_000


class State(Enum):
    """What the data folder holds."""

    ABSENT = "absent"
    COMPLETE = "complete"
    UNVERIFIED = "complete, origin unverified"


@dataclass(frozen=True)
class Places:
    """The paths of one download; everything but `out` is beside it.

    Attributes
    ----------
    out : Path
        The finished folder.
    zip : Path
        Where a zip downloaded by hand is looked for, and kept with --keep-zip.
    part : Path
        The growing zip.
    staging : Path
        The growing folder, renamed to `out` when whole.
    """

    out: Path
    zip: Path
    part: Path
    staging: Path


def places(out: Path) -> Places:
    """Lay out the paths around `out`; a link to a folder is followed."""
    out = Path(os.path.realpath(out))
    beside = out.parent
    return Places(
        out=out,
        zip=beside / "KuaiRec.zip",
        part=beside / "KuaiRec.zip.part",
        staging=beside / f"{out.name}.unpacking.part",
    )


def inspect(out: Path) -> State:
    """Say what is in the folder.

    Raises
    ------
    UserError
        If something is there that must not be overwritten and cannot be used.
    """
    if not os.path.lexists(out):
        return State.ABSENT
    if not out.is_dir():
        raise UserError(f"{out} is not a folder.", "Move it away, or choose another --out DIR.")
    if not any(out.iterdir()):
        return State.ABSENT
    if (out / SIMULATED_FILE).exists():
        raise _in_the_way(out, "holds simulated data")
    missing = [name for name in REQUIRED_FILES if not _size(out, name)]
    if missing:
        raise _in_the_way(out, f"is not empty, but {', '.join(missing)} is missing or empty")
    if not (out / SOURCE_FILE).exists():
        return State.UNVERIFIED
    for name, size in _recorded_files(out).items():
        if _size(out, name) != size:
            fault = f"has {name} with {_size(out, name):,} bytes, but {SOURCE_FILE} says {size:,}"
            raise _in_the_way(out, fault)
    return State.COMPLETE


def _recorded_files(out: Path) -> dict[str, int]:
    try:
        files = json.loads((out / SOURCE_FILE).read_text(encoding="utf-8"))["files"]
        return {str(name): int(size) for name, size in files.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _in_the_way(out, f"has a {SOURCE_FILE} that cannot be read") from None


def recorded_source(out: Path) -> str | None:
    """Read what SOURCE.json of the folder calls the data; None without such a file."""
    path = out / SOURCE_FILE
    return json.loads(path.read_text(encoding="utf-8")).get("source") if path.is_file() else None


def is_plain(out: Path) -> bool:
    """Say whether all required files are there as they are in the zip, not compressed."""
    return all((out / name).is_file() for name in REQUIRED_FILES)


def _size(out: Path, name: str) -> int:
    """Bytes of a file of the folder, plain or gzipped; 0 if it is not there."""
    for path in (out / name, out / f"{name}.gz"):
        if path.is_file():
            return path.stat().st_size
    return 0


def _in_the_way(out: Path, fault: str) -> UserError:
    return UserError(
        f"{out} {fault}.", "Move the folder away and run this again, or choose another --out DIR."
    )


def source_record(archive: Archive, files: dict[str, int]) -> str:
    """Write the text of SOURCE.json, by which the pipeline labels results as made on real data."""
    record = {
        "source": archive.source,
        "record": archive.record,
        "md5": archive.md5,
        "files": files,
    }
    return json.dumps(record, indent=2) + "\n"


def adopt(out: Path, zip_file: Path, archive: Archive) -> None:
    """Compare a folder unpacked by hand with its verified zip, then record its origin.

    Raises
    ------
    UserError
        If a file of the folder differs from the zip.
    """
    files: dict[str, int] = {}
    with zipfile.ZipFile(zip_file) as opened:
        for name in (path.name for path in sorted(out.glob("*.csv"))):
            try:
                info = opened.getinfo(f"{archive.folder}/{name}")
            except KeyError:
                continue
            path = out / name
            if path.stat().st_size != info.file_size or _crc(path) != info.CRC:
                raise _in_the_way(out, f"has a {name} that differs from the one in {zip_file}")
            files[name] = info.file_size
    fresh = out / f"{SOURCE_FILE}.part"
    _write_durably(fresh, source_record(archive, files))
    fresh.replace(out / SOURCE_FILE)


def _crc(path: Path) -> int:
    crc = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            crc = zlib.crc32(block, crc)
    return crc


def free_bytes(path: Path) -> int:
    """Bytes this user may still write on the disk that holds `path` (or its first parent)."""
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free


def check_space(folder: Path, need: int, free: Callable[[Path], int]) -> None:
    """Raise unless `need` bytes and a small reserve fit on the disk of `folder`."""
    have = free(folder)
    if have < need + RESERVE_BYTES:
        raise UserError(
            f"The disk of {folder} has {megabytes(have)} free, "
            f"but {megabytes(need + RESERVE_BYTES)} are needed.",
            "Free some space, or choose a folder on another disk with --out DIR.",
        )


@contextmanager
def only_writer(beside: Path) -> Iterator[None]:
    """Lock the parent folder against a second download; a killed process releases it."""
    handle = os.open(beside, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                f"Another download is writing to {beside}.",
                "Wait until it has finished, then run this again.",
            ) from None
        except OSError:
            pass  # Some network disks cannot lock; the checksum still guards the result.
        yield
    finally:
        os.close(handle)


def publish(where: Places, archive: Archive, files: dict[str, int]) -> None:
    """Record the origin in the finished staging folder and give it its name, in one step."""
    _write_durably(where.staging / SOURCE_FILE, source_record(archive, files))
    _sync_folder(where.staging)
    where.staging.rename(where.out)  # replaces an empty folder, fails on any other
    _sync_folder(where.out.parent)


def _write_durably(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
