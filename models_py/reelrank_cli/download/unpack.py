"""Take the expected CSV files, and nothing else, out of a zip that may be hostile."""

from __future__ import annotations

import lzma
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from reelrank.errors import UserError

from reelrank_cli.download.archive import EXPECTED_FILES, REQUIRED_FILES, Archive
from reelrank_cli.download.progress import Meter, megabytes

BLOCK_BYTES = 1 << 20
ENCRYPTED = 0x1
MOST_MEMBERS = 10_000
# what zipfile raises; NotImplementedError: packed in a way that it cannot read
DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError)


def unpack(
    zip_file: Path,
    archive: Archive,
    target: Path,
    need_space: Callable[[int], None],
    meter: Callable[[str, int], Meter],
) -> dict[str, int]:
    """Write the expected files of `zip_file` into the existing, empty folder `target`.

    Files are written under names from our own list, never under names from the zip, and no
    more than the zip announced. Each is flushed to the disk.

    Returns
    -------
    dict of str to int
        File name and size in bytes.

    Raises
    ------
    UserError
        If the zip is damaged, hostile, too large or incomplete.
    """
    try:
        with zipfile.ZipFile(zip_file) as opened:
            members = choose_members(opened.infolist(), archive)
            total = sum(member.file_size for member in members.values())
            need_space(total)
            progress = meter("unpacking", 0)
            try:
                before = 0
                for name, member in members.items():
                    for done in _copy(opened, member, target / name):
                        progress.update(before + done, total)
                    before += member.file_size
            finally:
                progress.close()
    except DAMAGE as error:
        raise _refusal(f"it is damaged ({error})") from None
    return {name: member.file_size for name, member in members.items()}


def choose_members(infos: list[zipfile.ZipInfo], archive: Archive) -> dict[str, zipfile.ZipInfo]:
    """Map each expected file name to its member, having looked at every member of the zip.

    Raises
    ------
    UserError
        If any member is hostile, or a required file is missing.
    """
    if len(infos) > MOST_MEMBERS:
        raise _refusal(f"it has {len(infos):,} members")
    chosen: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        path = safe_path(info)
        if info.is_dir() or str(path.parent) != archive.folder or path.name not in EXPECTED_FILES:
            continue
        if path.name in chosen:
            raise _refusal(f"it holds {path} twice")
        chosen[path.name] = info
    missing = [name for name in REQUIRED_FILES if name not in chosen]
    if missing:
        raise _refusal(f"'{archive.folder}' in it has no {', '.join(missing)}")
    total = sum(info.file_size for info in chosen.values())
    if total > archive.unpacked_limit:
        raise _refusal(
            f"it would unpack to {megabytes(total)}, more than the "
            f"{megabytes(archive.unpacked_limit)} that are plausible"
        )
    return {name: chosen[name] for name in EXPECTED_FILES if name in chosen}


def safe_path(info: zipfile.ZipInfo) -> PurePosixPath:
    """Return the member's path if it is a plain file or folder inside the zip's root."""
    # orig_filename: ZipInfo.filename has already been cut at a NUL byte.
    name = info.orig_filename.replace("\\", "/")
    path = PurePosixPath(name)
    if "\0" in name or path.is_absolute() or re.match(r"[A-Za-z]:", name):
        raise _refusal(f"it holds the absolute or broken path {name!r}")
    if ".." in path.parts:
        raise _refusal(f"it holds {name!r}, which leads out of the folder")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refusal(f"it holds {name!r}, which is a link or a device")
    if info.flag_bits & ENCRYPTED:
        raise _refusal(f"it holds {name!r}, which is encrypted")
    return path


def _copy(opened: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> Iterator[int]:
    """Unpack one member block by block, yielding its bytes done so far."""
    with opened.open(member) as source, path.open("xb") as sink:
        done = 0
        while block := source.read(BLOCK_BYTES):
            sink.write(block)
            done += len(block)
            yield done
        if done != member.file_size:
            raise zipfile.BadZipFile(f"{path.name} is shorter than announced")
        sink.flush()
        os.fsync(sink.fileno())


def _refusal(fault: str) -> UserError:
    return UserError(
        f"The zip is not used: {fault}.",
        "Get KuaiRec.zip from https://zenodo.org/records/18164998 and run this again.",
    )
