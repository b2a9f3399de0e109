"""Zips that are damaged, incomplete or out to do harm; the checksum is made to fit each."""

from __future__ import annotations

import hashlib
import io
import random
import stat
import struct
import zipfile
from dataclasses import replace

import pytest
from reelrank.errors import UserError
from reelrank_cli.download.folder import places
from reelrank_cli.download.job import run
from zips import FOLDER, csv_contents, make_zip


@pytest.fixture
def refuse(tmp_path, make_job):
    """Offer a zip to a job; it must be refused, and nothing may have been written anywhere."""

    def offer(content: bytes, match: str) -> UserError:
        (tmp_path / "data").mkdir()
        zip_file = tmp_path / "offered.zip"
        zip_file.write_bytes(content)
        job = make_job("https://192.0.2.1/never-asked")
        archive = replace(job.archive, md5=hashlib.md5(content).hexdigest())
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(UserError, match=match) as caught:
            run(replace(job, archive=archive, zip_file=zip_file))
        assert sorted(tmp_path.rglob("*")) == before
        assert "\n" not in caught.value.problem + caught.value.remedy
        return caught.value

    return offer


@pytest.mark.parametrize(
    "name",
    [
        "../escape.csv",
        f"{FOLDER}/../../../escape.csv",
        "KuaiRec 2.0\\data\\..\\..\\..\\escape.csv",
        f"{FOLDER}/..",
    ],
)
def test_a_path_that_leads_out_is_refused(refuse, files, name):
    refuse(make_zip(files, {name: b"out"}), "leads out of the folder")


@pytest.mark.parametrize("name", ["/etc/escape.csv", "C:/escape.csv", "c:\\escape", "\\\\host\\x"])
def test_an_absolute_path_is_refused(refuse, files, name):
    refuse(make_zip(files, {name: b"out"}), "absolute or broken path")


def test_a_nul_byte_in_a_name_is_refused(refuse, files):
    content = make_zip(files, {"harmless.csvX/../../x": b"out"})
    refuse(content.replace(b"harmless.csvX", b"harmless.csv\0"), "absolute or broken path")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
@pytest.mark.parametrize("name", ["elsewhere", f"{FOLDER}/big_matrix.csv"])
def test_a_link_or_device_is_refused(refuse, files, kind, name):
    sink = io.BytesIO(make_zip({key: value for key, value in files.items() if key not in name}))
    with zipfile.ZipFile(sink, "a") as target:
        info = zipfile.ZipInfo(name)
        info.external_attr = (kind | 0o777) << 16
        target.writestr(info, "/etc/passwd")
    refuse(sink.getvalue(), "link or a device")


def test_a_bomb_is_refused_by_its_announced_size(refuse, files):
    bomb = make_zip({**files, "big_matrix.csv": bytes(10_000_000)})
    assert len(bomb) < 1_000_000
    refuse(bomb, "would unpack to 10.* MB, more than the 5.0 MB")


def test_a_bomb_that_lies_about_its_size_is_stopped_at_the_lie(refuse, files):
    bomb = make_zip({**files, "big_matrix.csv": bytes(10_000_000)})
    lie = bomb.replace(struct.pack("<L", 10_000_000), struct.pack("<L", 1_000))
    assert lie != bomb
    refuse(lie, "damaged")


def test_a_bomb_in_a_file_that_is_not_wanted_is_not_unpacked(tmp_path, make_job, files):
    content = make_zip(files, {f"{FOLDER}/bomb.csv": bytes(10_000_000)})
    zip_file = tmp_path / "offered.zip"
    zip_file.write_bytes(content)
    job = make_job("https://192.0.2.1/never-asked", zip_file=zip_file)
    archive = replace(job.archive, md5=hashlib.md5(content).hexdigest())
    run(replace(job, archive=archive))
    assert {path.name for path in job.where.out.iterdir()} == {*files, "SOURCE.json"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_is_there_twice_is_refused(refuse, files):
    refuse(make_zip(files, {f"{FOLDER}/user_features.csv": b"another"}), "twice")


def test_missing_files_are_named(refuse, files):
    kept = {name: content for name, content in files.items() if "matrix" not in name}
    refuse(make_zip(kept), "no big_matrix.csv, small_matrix.csv")


def test_missing_optional_files_are_no_fault(tmp_path, make_job, files):
    kept = {name: files[name] for name in files if name != "social_network.csv"}
    content = make_zip(kept)
    zip_file = tmp_path / "offered.zip"
    zip_file.write_bytes(content)
    job = make_job("https://192.0.2.1/never-asked", zip_file=zip_file)
    archive = replace(job.archive, md5=hashlib.md5(content).hexdigest())
    assert "6 files" in run(replace(job, archive=archive)).sentence


def test_an_encrypted_member_is_refused(refuse, files):
    content = bytearray(make_zip(files))
    central = content.index(b"PK\x01\x02")
    content[central + 8] |= 1
    refuse(bytes(content), "encrypted")


def test_an_unknown_compression_is_refused(refuse, files):
    content = bytearray(make_zip(files))
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        first = content.index(signature)  # the folder itself
        at = content.index(signature, first + 1)
        content[at + offset] = 99
    refuse(bytes(content), "damaged")


@pytest.mark.parametrize("keep", [0, 4, 100, 200_000])
def test_a_zip_that_breaks_off_is_refused(refuse, payload, keep):
    refuse(payload[:keep], "damaged")


def test_a_changed_byte_inside_a_member_is_refused(refuse, payload):
    at = payload.index(b"big_matrix.csv") + 5_000
    refuse(payload[:at] + bytes([payload[at] ^ 0xFF]) + payload[at + 1 :], "damaged")


def test_nothing_that_is_random_gets_through(tmp_path, make_job):
    """Change a few bytes of the directory of 100 zips: a whole folder comes out, or none."""
    payload = make_zip(csv_contents(500))
    source = random.Random(11)
    central = payload.index(b"PK\x01\x02")
    outcomes = set()
    for number in range(100):
        content = bytearray(payload)
        for _ in range(source.randint(1, 4)):
            content[source.randrange(central, len(content))] = source.randrange(256)
        zip_file = tmp_path / "offered.zip"
        zip_file.write_bytes(content)
        job = make_job("https://192.0.2.1/never-asked", zip_file=zip_file)
        job = replace(
            job,
            where=places(tmp_path / f"{number}" / "KuaiRec"),
            archive=replace(job.archive, md5=hashlib.md5(content).hexdigest()),
        )
        try:
            run(job)
        except UserError:
            outcomes.add("refused")
            assert list(job.where.out.parent.iterdir()) == []
        else:
            outcomes.add("taken")
            assert (job.where.out / "SOURCE.json").exists()
    assert outcomes == {"refused", "taken"}
