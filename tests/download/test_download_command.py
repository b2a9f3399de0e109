"""The real command, `bash scripts/download_data.sh`, as a user runs, interrupts and kills it."""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from faulty_server import answer, slow, stalled, truncated, whole
from reelrank.errors import UserError
from reelrank_cli.download.command import job_from, parser
from reelrank_cli.download.job import run
from reelrank_cli.download.progress import Meter
from zips import csv_contents, make_zip

SCRIPT = Path(__file__).parents[2] / "scripts" / "download_data.sh"
LEFT_WHEN_KILLED = {"KuaiRec.zip.part", "KuaiRec.unpacking.part", "KuaiRec"}


@pytest.fixture
def command(server, tmp_path):
    """The command line for tmp_path/data/KuaiRec against the server."""

    def line(*more: str) -> list[str]:
        md5 = hashlib.md5(server.payload).hexdigest()
        out = str(tmp_path / "data" / "KuaiRec")
        fast = ["--backoff", "0.01", "--timeout", "0.3", "--retries", "1"]
        return ["bash", str(SCRIPT), "--out", out, "--url", server.url, "--md5", md5, *fast, *more]

    return line


def call(line: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(line, capture_output=True, text=True, timeout=20, **options)


def wait_for(condition, seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def test_it_prints_result_licence_and_citation(command, tmp_path):
    done = call(command())
    assert done.returncode == 0, done.stderr
    assert "is ready: 7 files" in done.stdout
    for words in ("CC BY-SA 4.0", "Gao et al.", "CIKM 2022", "10.1145/3511808.3557220"):
        assert words in done.stdout
    assert (tmp_path / "data" / "KuaiRec" / "small_matrix.csv").exists()


def test_another_checksum_is_never_labelled_as_the_real_data(command, tmp_path):
    call(command())
    record = json.loads((tmp_path / "data" / "KuaiRec" / "SOURCE.json").read_text())
    assert record["source"] != "KuaiRec 2.0"
    assert "18164998" not in record["record"]


def test_it_works_from_any_folder_and_ignores_modules_there(command, tmp_path):
    (tmp_path / "download.py").write_text("raise SystemExit('hijacked')")
    (tmp_path / "json.py").write_text("raise SystemExit('hijacked')")
    assert call(command(), cwd=tmp_path).returncode == 0


def test_json_is_one_object_on_stdout(command):
    done = call(command("--json"))
    result = json.loads(done.stdout)
    assert (result["status"], result["verified"]) == ("ready", True)
    again = json.loads(call(command("--json")).stdout)
    assert again["status"] == "present"


def test_an_error_is_two_lines_exit_code_1_and_no_traceback(command, server):
    server.behaviours = [answer(404)]
    done = call(command("--quiet"))
    assert done.returncode == 1
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("error: The archive could not be downloaded.")
    assert "404" in lines[0]
    assert "in a browser" in lines[1]


def test_an_error_as_json_has_problem_and_remedy(command, server):
    server.behaviours = [answer(404)]
    result = json.loads(call(command("--json")).stdout)
    assert result["status"] == "error"
    assert "404" in result["problem"]
    assert result["remedy"]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/KuaiRec.zip",
        "ftp://example.org/KuaiRec.zip",
        "file:///etc/passwd",
        "https://",
        "https://example.org:notaport/",
        "http://localhost.example.org/",
        "KuaiRec.zip",
    ],
)
def test_only_https_addresses_are_accepted(url):
    with pytest.raises(UserError, match=re.escape(url)) as caught:
        job_from(parser().parse_args(["--url", url]))
    assert "https" in caught.value.remedy


@pytest.mark.parametrize(
    "options",
    [
        ["--timeout", "0"],
        ["--timeout", "nan"],
        ["--timeout", "soon"],
        ["--retries", "-1"],
        ["--backoff", "1e9"],
        ["--nope"],
    ],
)
def test_wrong_options_are_reported_in_two_lines(options):
    with pytest.raises(UserError) as caught:
        parser().parse_args(options)
    assert "reelrank download --help" in caught.value.remedy


@pytest.mark.parametrize("md5", ["abc", "", "z" * 32, "0" * 33])
def test_a_checksum_that_is_none_is_reported(md5):
    with pytest.raises(UserError, match="not an MD5"):
        job_from(parser().parse_args(["--md5", md5]))


def test_help_groups_options_and_gives_defaults_and_examples():
    text = call(["bash", str(SCRIPT), "--help"]).stdout
    for words in ("where:", "from where:", "how:", "output:", "(default: 6)", "examples:"):
        assert words in text


def test_without_a_terminal_progress_comes_as_lines_with_time_left(make_job, server):
    server.behaviours = [slow]
    log = io.StringIO()
    run(make_job(server.url, meter=lambda label, start: Meter(label, start, log, log_seconds=0)))
    lines = log.getvalue().splitlines()
    assert any(line.startswith("downloading: 0.1 MB of 0.3 MB (") for line in lines)
    assert any(line.startswith("unpacking: ") for line in lines)
    assert all(line.endswith(" s left") for line in lines)
    assert "\r" not in log.getvalue()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_one_line_is_redrawn_with_speed_and_time_left():
    now = [0.0]
    screen = Terminal()
    meter = Meter("downloading", start=100_000_000, stream=screen, clock=lambda: now[0])
    for now[0], done in [(0.1, 101_000_000), (10.0, 200_000_000), (20.0, 300_000_000)]:
        meter.update(done, 432_000_000)
    meter.close()
    text = screen.getvalue()
    assert text.count("\r") == 2  # the first came too soon
    assert text.endswith("\n")
    last = text.split("\r")[-1].strip()
    assert last == "downloading: 300.0 MB of 432.0 MB (69 %), 10.0 MB/s, 13 s left"


def test_a_disk_that_refuses_to_write_is_reported_and_the_part_is_kept(command, tmp_path):
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    done = call(command("--quiet"), preexec_fn=limit)
    assert done.returncode == 1
    assert done.stderr.startswith("error: The disk refused: File too large")
    assert len(done.stderr.splitlines()) == 2
    part = tmp_path / "data" / "KuaiRec.zip.part"
    assert part.stat().st_size == 100_000
    assert call(command()).returncode == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_write_permission_is_two_lines(command, tmp_path):
    (tmp_path / "data").mkdir(mode=0o555)
    done = call(command("--quiet"))
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 2)


@pytest.mark.skipif(not Path("/sys/kernel").exists(), reason="no /sys, where nobody may write")
def test_a_place_where_nobody_may_write_is_two_lines(command):
    done = call(command("--quiet", "--out", "/sys/reelrank-download-test/KuaiRec"))
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 2)
    assert done.stderr.startswith("error: The disk refused: ")


def test_a_parent_that_is_a_file_is_two_lines(command, tmp_path):
    (tmp_path / "data").write_text("mine")
    done = call(command("--quiet"))
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 2)
    assert (tmp_path / "data").read_text() == "mine"


def test_killed_in_the_middle_it_leaves_a_part_file_and_the_next_run_resumes(
    command, server, tmp_path, beside
):
    server.behaviours = [stalled(150_000), whole]
    part = tmp_path / "data" / "KuaiRec.zip.part"
    process = subprocess.Popen(command("--timeout", "20"), stderr=subprocess.DEVNULL)
    wait_for(lambda: part.exists() and part.stat().st_size > 100_000)
    process.kill()
    process.wait()
    assert beside() == ["KuaiRec.zip.part"]
    have = part.stat().st_size
    assert call(command()).returncode == 0
    assert server.ranges[-1] == f"bytes={have}-"
    assert beside() == ["KuaiRec"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_it_says_how_to_go_on_without_traceback(
    command, server, tmp_path, beside, number
):
    server.behaviours = [stalled(150_000)]
    part = tmp_path / "data" / "KuaiRec.zip.part"
    process = subprocess.Popen(command("--timeout", "20"), stderr=subprocess.PIPE, text=True)
    wait_for(lambda: part.exists() and part.stat().st_size > 100_000)
    process.send_signal(number)
    _, errors = process.communicate(timeout=5)
    assert process.returncode == 128 + number
    assert "goes on where this one stopped" in errors
    assert "Traceback" not in errors
    assert beside() == ["KuaiRec.zip.part"]


def test_killed_at_random_moments_the_folder_is_whole_or_absent(serve, tmp_path):
    """SIGKILL at 10 moments from start to end; then one undisturbed run succeeds."""
    files = csv_contents(120_000)
    server = serve(make_zip(files))
    server.behaviours = [slow]
    out = tmp_path / "data" / "KuaiRec"
    md5 = hashlib.md5(server.payload).hexdigest()
    line = ["bash", str(SCRIPT), "--out", str(out), "--url", server.url, "--md5", md5]
    began = time.monotonic()
    assert call([*line, "--out", str(tmp_path / "trial" / "KuaiRec")]).returncode == 0
    usual = time.monotonic() - began
    source = random.Random(5)
    have = 0
    for _ in range(10):
        process = subprocess.Popen(line, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        time.sleep(source.uniform(0.1, 0.8) * usual)
        process.kill()
        process.wait()
        names = {path.name for path in out.parent.iterdir()} if out.parent.exists() else set()
        assert names <= LEFT_WHEN_KILLED
        if out.exists():
            check_whole(out, files)
            shutil.rmtree(out)
            have = 0
        part = out.parent / "KuaiRec.zip.part"
        reached = part.stat().st_size if part.exists() else 0
        assert reached >= have  # what has arrived stays
        have = reached
    assert call(line).returncode == 0
    check_whole(out, files)


def check_whole(out: Path, files: dict[str, bytes]) -> None:
    assert {path.name for path in out.iterdir()} == {*files, "SOURCE.json"}
    for name, content in files.items():
        assert (out / name).read_bytes() == content


def test_killed_while_unpacking_it_leaves_no_folder_and_needs_no_second_download(
    serve, tmp_path, beside
):
    server = serve(make_zip({**csv_contents(), "big_matrix.csv": bytes(100_000_000)}))
    out = tmp_path / "data" / "KuaiRec"
    md5 = hashlib.md5(server.payload).hexdigest()
    line = ["bash", str(SCRIPT), "--out", str(out), "--url", server.url, "--md5", md5]
    process = subprocess.Popen(line, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    half = tmp_path / "data" / "KuaiRec.unpacking.part" / "big_matrix.csv"
    wait_for(lambda: half.exists() and half.stat().st_size > 0)
    process.kill()
    process.wait()
    assert beside() == ["KuaiRec.unpacking.part", "KuaiRec.zip.part"]
    server.behaviours = [answer(500)]
    assert call(line).returncode == 0
    assert beside() == ["KuaiRec"]
    assert len(server.ranges) == 1


def test_truncation_is_resumed_by_the_command_too(command, server):
    server.behaviours = [truncated(120_000), whole]
    done = call(command())
    assert done.returncode == 0
    assert "next try in" in done.stderr
