"""Real commands in forks of a process that has loaded them once, some to be killed at any moment.

dbt and Python's libraries take seconds to import, and the project to be read, the same seconds in
every test; forks skip them. "dbt" is dbt; "python" is any script, or folder with a __main__.py.
Run as a script it is that process: one line of JSON per fork on standard input; the fork's process
id goes to standard output at once, then how it ended.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
Command = Callable[[list[str]], int]


class Forks:
    """Forks of one command with its arguments, folder and environment."""

    def __init__(
        self, command: str, *arguments: str | Path, cwd: Path, environment: dict[str, str]
    ) -> None:
        self._server = _server(command)
        self._what = {
            "arguments": [str(argument) for argument in arguments],
            "cwd": str(cwd),
            "environment": environment,
        }

    def run(self, kill_after: float | None = None) -> int:
        """Run the command in a fork; kill it after so many seconds, if any. Gives how it ended."""
        return self._run(os.devnull, os.devnull, kill_after)

    def seconds_of_a_run(self) -> float:
        """Time a run that must succeed."""
        began = time.monotonic()
        assert self.run() == 0
        return time.monotonic() - began

    def completed(self) -> subprocess.CompletedProcess[str]:
        """Run the command in a fork to its end, and give what `subprocess.run` would."""
        with tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder) / "out", Path(folder) / "err"
            code = self._run(str(out), str(err), None)
            return subprocess.CompletedProcess(
                self._what["arguments"], code, out.read_text("utf-8"), err.read_text("utf-8")
            )

    def _run(self, out: str, err: str, kill_after: float | None) -> int:
        self._server.stdin.write(json.dumps({**self._what, "out": out, "err": err}) + "\n")
        self._server.stdin.flush()
        child = int(self._server.stdout.readline())
        if kill_after is not None:
            time.sleep(kill_after)
            with contextlib.suppress(ProcessLookupError):  # it was faster than the run timed
                os.kill(child, signal.SIGKILL)
        return int(self._server.stdout.readline())


@functools.cache
def _server(command: str) -> subprocess.Popen[str]:
    """Load a command, once in a process of the test run; it ends with the test run."""
    environment = {name: text for name, text in os.environ.items() if "REELRANK" not in name}
    process = subprocess.Popen(
        [sys.executable, __file__, command],
        cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    atexit.register(process.communicate)
    return process


def _load_dbt() -> Command:
    import pandas  # noqa: F401  (DuckDB imports it when it is first given values)
    import parsedatetime
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import cli, dbtRunner
    from dbt_common.clients.jinja import template_cache
    from reelrank.dbt_plugins import open_database, whole_files  # noqa: F401

    with tempfile.TemporaryDirectory() as folder:
        places = ["--target-path", folder, "--log-path", folder]
        parsed = dbtRunner().invoke(["--quiet", "parse", *places])
    assert parsed.success, parsed.exception
    for macro in parsed.result.macros.values():
        template_cache.get_node_template(macro)
    _leave_out_debug_events()
    parsedatetime.Constants = functools.cache(parsedatetime.Constants)  # two for every query

    def run(arguments: list[str]) -> int:
        sys.argv = ["dbt", *arguments]
        os.environ.setdefault("REELRANK_THREADS", "1")  # other tests have the other core
        if "docs" in arguments:
            os.environ["DBT_WRITE_JSON"] = "true"
        # of all variables only this one changes what there is to build
        is_another = any("extended_set" in argument for argument in arguments)
        manifest = None if is_another else parsed.result
        try:
            cli.main(arguments, "dbt", obj={"manifest": manifest, "callbacks": []})
        finally:
            DuckDBConnectionManager.close_all_connections()

    return run


def _leave_out_debug_events() -> None:
    """Do without messages that nobody sees: making them is a seventh of dbt's time."""
    from dbt_common.events.base_types import EventLevel
    from dbt_common.events.event_manager import EventManager

    fire = EventManager.fire_event

    def fire_if_seen(self, event, level=None, *more, **named) -> None:  # noqa: ANN001, ANN002, ANN003
        if (level or event.level_tag()) not in (EventLevel.DEBUG, EventLevel.TEST):
            fire(self, event, level, *more, **named)

    EventManager.fire_event = fire_if_seen


def _load_python() -> Command:
    """Load what scripts need, and nothing of this project: a script is of its own checkout."""
    for library in ("duckdb", "pandas", "pyarrow.parquet", "lightgbm", "implicit.als", "altair"):
        importlib.import_module(library)

    def run(arguments: list[str]) -> int:
        script = Path(arguments[0]).resolve()
        sys.argv = arguments
        sys.path[0] = str(script if script.is_dir() else script.parent)
        runpy.run_path(str(script), run_name="__main__")
        return 0

    return run


def _serve(run: Command) -> None:
    gc.collect()
    gc.freeze()  # a fork need not look again and again at what was there before
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(_code_of(run, json.loads(line)))
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _code_of(run: Command, what: dict) -> int:
    """Be the command from here on."""
    gc.disable()  # it does not live long
    for stream, path in ((1, what["out"]), (2, what["err"])):
        file = os.open(path, os.O_WRONLY | os.O_CREAT)
        os.dup2(file, stream)
    os.chdir(what["cwd"])
    os.environ.clear()
    os.environ.update(what["environment"])
    try:
        return run(what["arguments"]) or 0
    except SystemExit as ended:
        if isinstance(ended.code, str):
            print(ended.code, file=sys.stderr)
            return 1
        return ended.code or 0
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


if __name__ == "__main__":
    _serve({"dbt": _load_dbt, "python": _load_python}[sys.argv[1]]())
