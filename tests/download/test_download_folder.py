"""What is on the disk already: whole, half, unpacked by hand, simulated, in the way."""

from __future__ import annotations

import gzip
import json
import os

import pytest
from faulty_server import answer
from reelrank.errors import UserError
from reelrank_cli.download.folder import only_writer, places
from reelrank_cli.download.job import plan, run


@pytest.fixture
def by_hand(server, make_job, files):
    """A folder unpacked by hand, and its job; the network is dead."""
    server.behaviours = [answer(500)]
    job = make_job(server.url)
    job.where.out.mkdir(parents=True)
    for name, content in files.items():
        (job.where.out / name).write_bytes(content)
    return job


def test_a_folder_unpacked_by_hand_is_recognised_and_left_alone(by_hand, server):
    outcome = run(by_hand)
    assert (outcome.status, outcome.verified) == ("present", False)
    assert not (by_hand.where.out / "SOURCE.json").exists()
    assert server.ranges == []


def test_a_gzipped_folder_is_recognised(by_hand, server):
    for path in by_hand.where.out.glob("*.csv"):
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    by_hand.where.zip.write_bytes(server.payload)
    assert run(by_hand).status == "present"


def test_a_folder_unpacked_by_hand_is_verified_when_its_zip_is_there(by_hand, server, files):
    by_hand.where.zip.write_bytes(server.payload)
    assert run(by_hand).status == "verified"
    record = json.loads((by_hand.where.out / "SOURCE.json").read_text())
    assert record["source"] == "KuaiRec 2.0"
    assert record["files"] == {name: len(content) for name, content in files.items()}
    assert run(by_hand).status == "present"


def test_a_changed_file_is_not_verified_by_the_zip(by_hand, server):
    by_hand.where.zip.write_bytes(server.payload)
    path = by_hand.where.out / "big_matrix.csv"
    path.write_bytes(path.read_bytes().replace(b"user_id", b"USER_ID"))
    with pytest.raises(UserError, match="big_matrix.csv that differs"):
        run(by_hand)
    assert not (by_hand.where.out / "SOURCE.json").exists()


def test_a_zip_downloaded_by_hand_is_used_without_network_and_kept(server, make_job, beside):
    server.behaviours = [answer(500)]
    job = make_job(server.url)
    job.where.zip.parent.mkdir()
    job.where.zip.write_bytes(server.payload)
    assert run(job).status == "ready"
    assert server.ranges == []
    assert beside() == ["KuaiRec", "KuaiRec.zip"]


def test_a_wrong_zip_downloaded_by_hand_is_named_and_kept(server, make_job, beside):
    job = make_job(server.url)
    job.where.zip.parent.mkdir()
    job.where.zip.write_bytes(server.payload[:-1])
    with pytest.raises(UserError, match="KuaiRec.zip .* is not the expected archive"):
        run(job)
    assert beside() == ["KuaiRec.zip"]


def test_a_zip_named_by_option_must_exist(server, make_job, tmp_path):
    with pytest.raises(UserError, match="There is no file"):
        run(make_job(server.url, zip_file=tmp_path / "nowhere.zip"))


def test_an_incomplete_folder_is_named_and_not_touched(by_hand):
    (by_hand.where.out / "user_features.csv").unlink()
    (by_hand.where.out / "item_categories.csv").write_bytes(b"")
    before = sorted(by_hand.where.out.iterdir())
    with pytest.raises(UserError, match="user_features.csv, item_categories.csv is missing"):
        run(by_hand)
    assert sorted(by_hand.where.out.iterdir()) == before


def test_a_folder_that_shrank_since_its_verification_is_noticed(server, make_job):
    job = make_job(server.url)
    run(job)
    with (job.where.out / "big_matrix.csv").open("r+b") as file:
        file.truncate(100)
    with pytest.raises(UserError, match=r"big_matrix.csv with 100 bytes, but SOURCE.json"):
        run(job)


@pytest.mark.parametrize("text", ["", "[]", '{"files": [1]}', '{"files": {"a": "b"}}', "\x00"])
def test_a_broken_source_file_is_reported(by_hand, text):
    (by_hand.where.out / "SOURCE.json").write_text(text)
    with pytest.raises(UserError, match="SOURCE.json that cannot be read"):
        run(by_hand)


def test_simulated_data_is_not_mistaken_for_the_real(by_hand):
    (by_hand.where.out / "SIMULATED.json").write_text("{}")
    with pytest.raises(UserError, match="simulated"):
        run(by_hand)


def test_a_file_in_the_place_of_the_folder_is_reported(server, make_job):
    job = make_job(server.url)
    job.where.out.parent.mkdir()
    job.where.out.write_text("mine")
    with pytest.raises(UserError, match="not a folder"):
        run(job)
    assert job.where.out.read_text() == "mine"


def test_an_empty_folder_is_filled(server, make_job):
    job = make_job(server.url)
    job.where.out.mkdir(parents=True)
    assert run(job).status == "ready"


def test_a_link_to_another_disk_is_followed(server, make_job, tmp_path):
    (tmp_path / "big disk").mkdir()
    link = tmp_path / "data" / "KuaiRec"
    link.parent.mkdir()
    link.symlink_to(tmp_path / "big disk" / "Küche 'x'")
    assert run(make_job(server.url, where=places(link))).status == "ready"
    assert link.is_symlink()
    assert (link / "SOURCE.json").exists()


def test_a_half_unpacked_folder_of_a_killed_run_is_swept_away(server, make_job, beside):
    job = make_job(server.url)
    job.where.staging.mkdir(parents=True)
    (job.where.staging / "big_matrix.csv").write_bytes(b"half")
    run(job)
    assert beside() == ["KuaiRec"]


def test_two_downloads_at_once_do_not_mix(server, make_job, beside):
    job = make_job(server.url)
    job.where.out.parent.mkdir()
    with only_writer(job.where.out.parent), pytest.raises(UserError, match="Another download"):
        run(job)
    assert beside() == []
    assert run(job).status == "ready"


@pytest.mark.parametrize("prepared", [False, True])
def test_a_dry_run_touches_neither_disk_nor_network(server, make_job, beside, prepared):
    job = make_job(server.url)
    if prepared:
        job.where.part.parent.mkdir()
        job.where.part.write_bytes(b"x" * 2_000_000)
    before = beside()
    sentence = plan(job).sentence
    assert server.url in sentence
    assert ("from 2.0 MB on" in sentence) is prepared
    assert server.ranges == []
    assert beside() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_write_permission_is_reported(server, make_job):
    job = make_job(server.url)
    job.where.out.parent.mkdir(mode=0o555)
    with pytest.raises(PermissionError):
        run(job)
