from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from faulty_server import FaultyServer
from reelrank_cli.download.archive import KUAIREC
from reelrank_cli.download.fetch import Patience
from reelrank_cli.download.folder import places
from reelrank_cli.download.job import Job
from reelrank_cli.download.progress import Meter
from zips import FOLDER, csv_contents, make_zip

IMPATIENT = Patience(retries=3, stall_seconds=0.3, first_wait=0.001, longest_wait=0.01)


@pytest.fixture(scope="session")
def files() -> dict[str, bytes]:
    return csv_contents()


@pytest.fixture(scope="session")
def payload(files: dict[str, bytes]) -> bytes:
    extra = {"KuaiRec 2.0/loaddata.py": b"print('not wanted')", f"{FOLDER}/notes.txt": b"no"}
    return make_zip(files, extra)


@pytest.fixture
def serve() -> Iterator[Callable[..., FaultyServer]]:
    """Start servers that end with the test."""
    running: list[FaultyServer] = []

    def start(*arguments: object, **options: object) -> FaultyServer:
        running.append(FaultyServer(*arguments, **options))
        return running[-1]

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def server(serve: Callable[..., FaultyServer], payload: bytes) -> FaultyServer:
    return serve(payload)


@pytest.fixture
def said() -> list[str]:
    """What the job told the user."""
    return []


@pytest.fixture
def make_job(tmp_path: Path, payload: bytes, said: list[str]) -> Callable[..., Job]:
    """Build a job for tmp_path/data/KuaiRec, whose archive is `payload`."""

    def make(*urls: str, **changes: object) -> Job:
        archive = replace(
            KUAIREC,
            md5=hashlib.md5(payload).hexdigest(),
            urls=urls,
            zip_bytes=len(payload),
            unpacked_bytes=0,
            zip_limit=5_000_000,
            unpacked_limit=5_000_000,
        )
        job = Job(
            archive=archive,
            where=places(tmp_path / "data" / "KuaiRec"),
            zip_file=None,
            patience=IMPATIENT,
            keep_zip=False,
            say=said.append,
            meter=lambda label, start: Meter(label, start, quiet=True),
        )
        return replace(job, **changes)

    return make


@pytest.fixture
def beside(tmp_path: Path) -> Callable[[], list[str]]:
    """List the names in tmp_path/data."""

    def names() -> list[str]:
        folder = tmp_path / "data"
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []

    return names
