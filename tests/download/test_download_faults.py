"""The job against a server that misbehaves in one way at a time."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import replace
from email.utils import formatdate

import pytest
from faulty_server import (
    another_range,
    answer,
    endless,
    ignoring_range,
    slow,
    stalled,
    trickling,
    truncated,
    unsized,
    web_page,
    whole,
)
from reelrank.errors import UserError
from reelrank_cli.download.fetch import Fetcher, Patience
from reelrank_cli.download.job import run


def http_date(seconds_from_now: float) -> str:
    return formatdate(time.time() + seconds_from_now, usegmt=True)


def test_a_good_server_gives_a_whole_labelled_folder_and_nothing_else(
    server, make_job, files, beside
):
    job = make_job(server.url)
    assert run(job).status == "ready"
    assert beside() == ["KuaiRec"]
    on_disk = {path.name: path.read_bytes() for path in job.where.out.glob("*")}
    record = json.loads(on_disk.pop("SOURCE.json"))
    assert on_disk == files
    assert record == {
        "source": "KuaiRec 2.0",
        "record": "zenodo 18164998",
        "md5": hashlib.md5(server.payload).hexdigest(),
        "files": {name: len(content) for name, content in files.items()},
    }


def test_a_second_run_asks_nobody_and_changes_nothing(server, make_job):
    job = make_job(server.url)
    run(job)
    before = {path: path.stat().st_mtime_ns for path in job.where.out.iterdir()}
    outcome = run(job)
    assert outcome.status == "present"
    assert "KuaiRec 2.0" in outcome.sentence
    assert len(server.ranges) == 1
    assert before == {path: path.stat().st_mtime_ns for path in job.where.out.iterdir()}


def test_truncated_answers_are_resumed_where_they_ended(server, make_job, said):
    server.behaviours = [truncated(100_000), truncated(100_000), whole]
    run(make_job(server.url))
    assert server.ranges == [None, "bytes=100000-", "bytes=200000-"]
    assert "connection ended at 0.1 MB" in said[0]


def test_many_truncations_are_survived_as_long_as_each_brings_something(server, make_job):
    server.behaviours = [truncated(66_000)]
    assert len(server.payload) > 66_000 * 4
    run(make_job(server.url))
    assert len(server.ranges) > 4  # more failures than the three retries in a row


def test_a_stalled_connection_is_given_up_and_resumed(server, make_job, said):
    server.behaviours = [stalled(70_000), whole]
    run(make_job(server.url))
    assert server.ranges == [None, "bytes=70000-"]
    assert "no data arrived in time" in said[0]


def test_a_server_that_accepts_and_never_answers_is_given_up(server, make_job, said):
    server.behaviours = [lambda handler: handler.server.closing.wait(5) and None, whole]
    run(make_job(server.url))
    assert "no data arrived in time" in said[0]


def test_a_trickle_counts_as_a_stall(server, make_job, said):
    server.behaviours = [trickling, whole]
    run(make_job(server.url))
    assert "trickles" in said[0]


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_passing_trouble_is_retried(server, make_job, said, status):
    server.behaviours = [answer(status), answer(status), whole]
    run(make_job(server.url))
    assert len(server.ranges) == 3
    assert str(status) in said[0]


def test_lasting_trouble_ends_after_the_retries(server, make_job, beside):
    server.behaviours = [answer(503)]
    with pytest.raises(UserError, match="503 .*4 times in a row") as caught:
        run(make_job(server.url))
    assert len(server.ranges) == 4
    assert "in a browser" in caught.value.remedy
    assert beside() == []


def test_retry_after_is_obeyed_within_reason(make_job):
    patience = make_job("x").patience
    assert patience.wait_before(1, asked=0.015) == 0.015
    assert patience.wait_before(1, asked=9e9) == 2 * patience.longest_wait


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("7", 7, 7),
        ("3600", 120, 120),
        (http_date(3600), 120, 120),
        (http_date(-30), 0, 1),
        ("x", 0, 1),
    ],
    # dates in the names would differ between the processes that collect them
    ids=["seconds", "too many seconds", "a date to come", "a date gone by", "nonsense"],
)
def test_the_server_may_ask_for_a_wait(server, make_job, header, least, most):
    server.behaviours = [answer(503, Retry_After=header), whole]
    job = make_job(server.url)
    job.where.part.parent.mkdir()
    waits = []
    Fetcher(
        archive=job.archive,
        part=job.where.part,
        patience=Patience(first_wait=1.0, longest_wait=60.0),
        need_space=lambda _: None,
        say=job.say,
        meter=job.meter,
        sleep=waits.append,
    ).run()
    assert len(waits) == 1
    assert least <= waits[0] <= most


def test_waits_double_with_jitter_up_to_the_longest(make_job):
    patience = replace(make_job("x").patience, first_wait=1.0, longest_wait=60.0)
    for failure, most in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (20, 60)]:
        waits = {patience.wait_before(failure) for _ in range(50)}
        assert most / 2 <= min(waits) < max(waits) <= most


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_refusal_is_final_and_not_repeated(server, make_job, status):
    server.behaviours = [answer(status)]
    with pytest.raises(UserError, match=str(status)):
        run(make_job(server.url))
    assert len(server.ranges) == 1


def test_after_a_refusal_the_next_address_is_asked(server, serve, payload, make_job, said):
    server.behaviours = [answer(404)]
    second = serve(payload)
    run(make_job(server.url, second.url))
    assert "404" in said[0]
    assert second.ranges == [None]


def test_the_next_address_goes_on_where_the_first_failed(server, serve, payload, make_job):
    server.behaviours = [truncated(90_000), answer(404)]
    second = serve(payload)
    run(make_job(server.url, second.url))
    assert second.ranges == ["bytes=90000-"]


@pytest.mark.parametrize(
    ("content_type", "reason"),
    [("text/html; charset=utf-8", "web page"), ("application/zip", "not a zip")],
)
def test_a_web_page_with_status_200_is_no_archive(server, make_job, beside, content_type, reason):
    server.behaviours = [web_page(content_type)]
    with pytest.raises(UserError, match=reason):
        run(make_job(server.url))
    assert len(server.ranges) == 1
    assert beside() == []
    server.behaviours = [whole]
    assert run(make_job(server.url)).status == "ready"


def test_a_web_page_in_the_middle_does_not_spoil_what_is_there(server, make_job):
    server.behaviours = [truncated(80_000), web_page("application/zip")]
    job = make_job(server.url)
    with pytest.raises(UserError):
        run(job)
    assert job.where.part.read_bytes() == server.payload[:80_000]


def test_a_server_that_ignores_the_range_loses_nothing(server, make_job):
    server.behaviours = [truncated(80_000), ignoring_range]
    assert run(make_job(server.url)).status == "ready"
    assert server.ranges == [None, "bytes=80000-"]


def test_an_answer_without_a_length_is_taken(server, make_job):
    server.behaviours = [unsized]
    assert run(make_job(server.url)).status == "ready"


def test_another_range_than_asked_for_is_refused(server, make_job):
    server.behaviours = [truncated(80_000), another_range]
    with pytest.raises(UserError, match="another part"):
        run(make_job(server.url))


def test_an_endless_answer_is_cut_off(server, make_job):
    server.behaviours = [endless]
    job = make_job(server.url)
    with pytest.raises(UserError, match="more than 5.0 MB"):
        run(job)
    assert job.where.part.stat().st_size <= 5_000_000


def test_an_absurd_announced_length_is_refused_at_once(server, make_job, beside):
    server.behaviours = [lambda handler: handler.head(200, Content_Length=10**12)]
    with pytest.raises(UserError, match="more than 5.0 MB"):
        run(make_job(server.url))
    assert beside() == []


def test_a_wrong_checksum_is_refused_and_leaves_nothing(serve, payload, make_job, beside):
    changed = payload[:1000] + bytes([payload[1000] ^ 1]) + payload[1001:]
    server = serve(changed)
    with pytest.raises(UserError, match="wrong checksum") as caught:
        run(make_job(server.url))
    assert hashlib.md5(payload).hexdigest() in caught.value.problem
    assert beside() == []


def test_after_a_wrong_checksum_the_next_address_starts_from_zero(serve, server, payload, make_job):
    bad = serve(b"PK\x03\x04" + bytes(len(payload)))
    run(make_job(bad.url, server.url))
    assert server.ranges == [None]


def test_a_spoiled_part_file_costs_one_fresh_start_not_the_job(server, make_job, said):
    job = make_job(server.url)
    job.where.part.parent.mkdir()
    job.where.part.write_bytes(b"PK\x03\x04" + bytes(50_000))
    assert run(job).status == "ready"
    assert server.ranges == ["bytes=50004-", None]
    assert any("starting again" in sentence for sentence in said)


@pytest.mark.parametrize("surplus", [0, 10])
def test_a_part_file_as_long_as_the_archive_but_wrong_is_thrown_away(server, make_job, surplus):
    job = make_job(server.url)
    job.where.part.parent.mkdir()
    job.where.part.write_bytes(b"x" * (len(server.payload) + surplus))
    assert run(job).status == "ready"


def test_a_bad_mirror_that_breaks_off_does_not_spoil_the_good_one(serve, server, payload, make_job):
    bad = serve(b"PK\x03\x04" + bytes(len(payload)))
    bad.behaviours = [lambda h: (answer(503) if h.asked_start() else truncated(100_000))(h)]
    assert run(make_job(bad.url, server.url)).status == "ready"


def test_a_whole_part_file_needs_no_network(server, make_job, beside):
    job = make_job(server.url)
    job.where.part.parent.mkdir()
    job.where.part.write_bytes(server.payload)
    assert run(job).status == "ready"
    assert server.ranges == []
    assert beside() == ["KuaiRec"]


def test_keep_zip_keeps_it_and_later_runs_can_use_it(server, make_job, beside):
    run(make_job(server.url, keep_zip=True))
    assert beside() == ["KuaiRec", "KuaiRec.zip"]


def test_a_redirect_is_followed_but_not_to_plain_http_elsewhere(server, serve, payload, make_job):
    target = serve(payload)
    server.behaviours = [answer(302, Location=target.url)]
    assert run(make_job(server.url)).status == "ready"


def test_a_redirect_to_plain_http_elsewhere_is_refused(server, make_job):
    server.behaviours = [answer(302, Location="http://192.0.2.1/KuaiRec.zip")]
    with pytest.raises(UserError, match="plain http"):
        run(make_job(server.url))


def test_a_redirect_circle_ends(server, make_job):
    server.behaviours = [lambda handler: answer(302, Location=server.url)(handler)]
    with pytest.raises(UserError, match="302"):
        run(make_job(server.url))


def test_nobody_listening_is_reported_with_the_reason(server, make_job, beside):
    server.stop()
    with pytest.raises(UserError, match="refused"):
        run(make_job(server.url))
    assert beside() == []


def test_a_full_disk_is_noticed_before_anything_is_asked(server, make_job, beside):
    job = make_job(server.url, free=lambda _: 1_000_000)
    with pytest.raises(UserError, match="1.0 MB free, but 50.* MB are needed") as caught:
        run(job)
    assert "--out" in caught.value.remedy
    assert server.ranges == []
    assert beside() == []


def test_a_disk_that_fills_up_after_the_download_keeps_the_download(server, make_job, beside):
    job = make_job(server.url)
    sizes = iter([10**9, 10**9, 1_000])  # before, at the server's answer, before unpacking
    with pytest.raises(UserError, match="free, but"):
        run(replace(job, free=lambda _: next(sizes)))
    assert beside() == ["KuaiRec.zip.part"]
    server.behaviours = [answer(500)]
    assert run(job).status == "ready"


def test_the_space_needed_counts_what_is_here_already(server, make_job):
    job = make_job(server.url)
    job.where.part.parent.mkdir()
    job.where.part.write_bytes(server.payload[:-1])
    sizes = iter([50_000_001, 50_000_001, 10**9])  # one byte is missing, then comes the unpacking
    assert run(replace(job, free=lambda _: next(sizes))).status == "ready"


def test_a_slow_but_steady_server_is_left_in_peace(server, make_job):
    server.behaviours = [slow]
    run(make_job(server.url))
    assert server.ranges == [None]
