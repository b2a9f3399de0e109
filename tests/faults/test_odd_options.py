"""Odd parameters on every command line: words and an exit code, no traceback, nothing run."""

import contextlib
import io
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import hypothesis.strategies as st
import pytest
import reelrank_cli.pipeline.options
import train
from hypothesis import example, given, settings
from reelrank.errors import UserError
from reelrank_cli import compare, recommend, report, simulate
from reelrank_cli.download import command as download
from reelrank_cli.train_options import read_options
from workbench import ROOT, command

NAMES = [
    "--db", "--preset", "--seed", "--resamples", "--threads", "--memory-limit", "--lock-timeout",
    "--keep-runs", "--dry-run", "--json", "--data", "--scale", "--report", "--out", "--run-id",
    "--force", "--url", "--md5", "--zip", "--retries", "--timeout", "--backoff", "--check",
    "--no-such-option", "-x", "--", "-", "",
]  # fmt: skip
ODD = [
    "", " ", "0", "-1", "1e3", "1_000", "\u0663", "9" * 40, "nan", "-inf", "1e400", "\0", "\n",
    "../../etc/passwd", "x" * 5000, "'; drop schema ml; --", '"; drop table ml.runs; --',
    "$(touch executed)", "`touch executed`", "{{ 1 / 0 }}", "%s%n", "\udcff", "快", "1GB'", "100%",
    "http://localhost/a.zip", "file:///etc/passwd", "http://[", "https://[::1", "a\0b",
]  # fmt: skip
COMMANDS: dict[str, Callable[[list[str]], object]] = {
    "train": read_options,
    "build": reelrank_cli.pipeline.options.read_options,
    "report": report.read_options,
    "compare": compare.read_options,
    "recommend": recommend.read_options,
    "simulate": lambda given: simulate.parser().parse_args(given),
    "download": lambda given: download.job_from(download.parser().parse_args(given)),
}
ARGUMENTS = st.lists(
    st.one_of(st.sampled_from(NAMES), st.sampled_from(ODD), st.text(max_size=20)), max_size=6
)


@pytest.mark.parametrize("name", COMMANDS)
@settings(max_examples=150, deadline=None, derandomize=True)
@given(arguments=ARGUMENTS)
def test_any_arguments_are_taken_or_refused_in_words(name: str, arguments: list[str]):
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        try:
            COMMANDS[name](arguments)
        except UserError as error:
            assert error.problem and error.remedy
        except SystemExit as ended:
            assert ended.code in (0, 2)
            assert said.getvalue().strip()


@pytest.mark.parametrize("option", ["--resamples=0", "--k=0", "--seed=-1"])
def test_numbers_that_no_comparison_can_have_are_refused(option: str):
    with pytest.raises(UserError, match="is not a whole number from"):
        compare.read_options(["a", "b", option])


@settings(max_examples=40, deadline=None, derandomize=True)
@given(option=st.sampled_from(["--preset", "--memory-limit", "--db"]), text=st.text(max_size=60))
@example("--preset", "no such preset")
@example("--preset", "../../etc/passwd")
@example("--preset", "default'; drop table ml.runs; --")
@example("--memory-limit", "'; drop schema ml; --")
@example("--memory-limit", "much")
@example("--db", "")
@example("--db", ".")
@example("--db", "x" * 5000)
@example("--db", "a\0b")
def test_odd_texts_end_training_with_one_and_two_lines(database: Path, option: str, text: str):
    arguments = [f"{option}={text}", "--dry-run"]
    if option != "--db":
        arguments.append(f"--db={database}")
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        code = train.main(arguments)
    # a text such as 3GB is a memory limit, and nothing in it may do anything else
    assert code == 1 or (code == 0 and option == "--memory-limit")
    assert code == 0 or len(said.getvalue().strip().splitlines()) >= 2
    with duckdb.connect(str(database), read_only=True) as con:
        assert con.execute("from ml.runs").fetchall() == [("kept",)]


def test_threads_of_the_environment_are_a_number_or_refused(monkeypatch: pytest.MonkeyPatch):
    for text in ODD:
        if text and "\0" not in text:
            monkeypatch.setenv("REELRANK_THREADS", text)
            with pytest.raises(UserError, match="REELRANK_THREADS is "):
                read_options([])
    monkeypatch.setenv("REELRANK_THREADS", "3")
    assert read_options([]).threads == 3


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The little database of the learning tests, and results that must stay."""
    path = tmp_path_factory.mktemp("odd options") / "little.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute((ROOT / "tests/learning/little_warehouse.sql").read_text(encoding="utf-8"))
        con.execute("create schema ml; create table ml.runs as select 'kept' as run_id")
    return path


@pytest.mark.parametrize(
    "options",
    [["--db", "\udcff\udcfe.duckdb"], ["--preset", "\udcff"], ["--no-such-option"]],
    ids=["bytes for a file", "bytes for a preset", "no such option"],
)
def test_the_command_itself_has_no_traceback(database: Path, options: list[str]):
    arguments = options if "--db" in options else ["--db", str(database), *options]
    failed = command(sys.executable, "models_py/train.py", *arguments, cwd=ROOT)
    assert failed.returncode == 1
    has_traceback = "Traceback" in failed.stderr
    assert not has_traceback, failed.stderr[-2000:]
    assert failed.stderr.strip()
