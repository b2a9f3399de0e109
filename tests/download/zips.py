"""Zips as the site has them, with made-up content."""

import io
import random
import zipfile

from reelrank_cli.download.archive import EXPECTED_FILES, KUAIREC

FOLDER = KUAIREC.folder


def csv_contents(size: int = 40_000) -> dict[str, bytes]:
    """Text that does not compress away, so that the zip has some length."""
    source = random.Random(7)
    return {
        name: b"user_id,video_id\n" + source.randbytes(size).hex().encode() + b"\n"
        for name in EXPECTED_FILES
    }


def make_zip(files: dict[str, bytes], extra: dict[str, bytes] | None = None) -> bytes:
    """Zip `files` into KuaiRec's folder, and `extra` under their own names."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr(f"{FOLDER}/", b"")
        for name, content in files.items():
            target.writestr(f"{FOLDER}/{name}", content)
        for name, content in (extra or {}).items():
            target.writestr(name, content)
    return sink.getvalue()
