"""What is known of the archive before a byte of it has arrived."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path

from reelrank.errors import UserError

REQUIRED_FILES = (
    "big_matrix.csv",
    "small_matrix.csv",
    "user_features.csv",
    "item_categories.csv",
    "item_daily_features.csv",
)
OPTIONAL_FILES = ("social_network.csv", "kuairec_caption_category.csv")
EXPECTED_FILES = REQUIRED_FILES + OPTIONAL_FILES

NOTICE = """\
KuaiRec is licensed CC BY-SA 4.0 (https://creativecommons.org/licenses/by-sa/4.0/).
If you publish results, cite: Gao et al., "KuaiRec: A Fully-observed Dataset and Insights for
Evaluating Recommender Systems", CIKM 2022, https://doi.org/10.1145/3511808.3557220"""


@dataclass(frozen=True)
class Archive:
    """A zip of CSV files and the proof that it is the right one.

    Attributes
    ----------
    source, record : str
        Name of the data and the public record it comes from; both end up in SOURCE.json.
    md5 : str
        Checksum of the zip, 32 lowercase hexadecimal digits.
    urls : tuple of str
        Addresses, tried in this order.
    folder : str
        Folder inside the zip that holds the CSV files.
    zip_bytes, unpacked_bytes : int
        About how large, in bytes: for the free-space check before the server has said.
    zip_limit, unpacked_limit : int
        Never accept more than this, in bytes.
    """

    source: str
    record: str
    md5: str
    urls: tuple[str, ...]
    folder: str
    zip_bytes: int
    unpacked_bytes: int
    zip_limit: int
    unpacked_limit: int


KUAIREC = Archive(
    source="KuaiRec 2.0",
    record="zenodo 18164998",
    md5="261550d472c48eff4990fb13c0e5bcf7",
    urls=(
        "https://zenodo.org/api/records/18164998/files/KuaiRec.zip/content",
        "https://zenodo.org/records/18164998/files/KuaiRec.zip",
    ),
    folder="KuaiRec 2.0/data",
    zip_bytes=432_000_000,
    unpacked_bytes=1_650_000_000,
    zip_limit=1_000_000_000,
    unpacked_limit=4_000_000_000,
)


def with_addresses(archive: Archive, urls: list[str]) -> Archive:
    """Fetch the same archive from other addresses; the checksum still decides."""
    return replace(archive, urls=tuple(urls)) if urls else archive


def with_md5(archive: Archive, md5: str | None) -> Archive:
    """Expect another archive of this layout; SOURCE.json will not call it KuaiRec 2.0."""
    if md5 is None or md5.lower() == archive.md5:
        return archive
    if not re.fullmatch(r"[0-9a-fA-F]{32}", md5):
        raise UserError(
            f"--md5 {md5!r} is not an MD5 checksum.",
            "Give the 32 hexadecimal digits that `md5sum FILE` prints.",
        )
    # Without the published sizes only what the server and the zip say can be checked.
    return replace(
        archive,
        source="another archive (--md5)",
        record="none",
        md5=md5.lower(),
        zip_bytes=0,
        unpacked_bytes=0,
    )


def md5_of(path: Path) -> str:
    """MD5 of a file, as 32 lowercase hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
