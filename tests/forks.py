"""Real commands in forks of a process that has loaded them once, some to be killed at any moment.

dbt and Python's libraries take seconds to import, and the project to be read, the same seconds in
every test; forks skip them. "dbt" is dbt; "python" is any script, or folder with a __main__.py,
and what that starts with the same Python is a fork, too. Run as a script it is that process: one
line of JSON per fork on standard input; the fork's process id goes to standard output at once,
then how it ended.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import functools
import gc
import importlib
import json
import os
import resource
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
# environment variable: the folder that processes of a test run share, to read the project once
READ_PROJECT = "FORKS_READ_PROJECT"
PYTHON_DBT = (sys.executable, "-P", "-m", "dbt.cli.main")
Command = Callable[[list[str]], int]


class Forks:
    """Forks of one command with its arguments, folder and environment.

    No file may grow beyond `file_limit` bytes, if any, as on a disk that fills up.
    """

    def __init__(
        self,
        command: str,
        *arguments: str | Path,
        cwd: Path,
        environment: dict[str, str],
        file_limit: int | None = None,
    ) -> None:
        self._server = _server()
        self._what = {
            "command": command,
            "arguments": [str(argument) for argument in arguments],
            "cwd": str(cwd),
            "environment": environment,
            "file_limit": file_limit,
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
def _server() -> subprocess.Popen[str]:
    """Load everything, once in a process of the test run; it ends with the test run."""
    environment = {name: text for name, text in os.environ.items() if "REELRANK" not in name}
    process = subprocess.Popen(
        [sys.executable, __file__],
        cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "ready\n"
    atexit.register(process.communicate)
    return process


def _load_dbt() -> Command:
    import pandas  # noqa: F401  (DuckDB imports it when it is first given values)
    import parsedatetime
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import cli
    from dbt_common.clients.jinja import template_cache
    from reelrank.dbt_plugins import open_database, whole_files  # noqa: F401

    manifest = _read_project()
    for macro in manifest.macros.values():
        template_cache.get_node_template(macro)
    _leave_out_debug_events()
    parsedatetime.Constants = functools.cache(parsedatetime.Constants)  # two for every query

    def run(arguments: list[str]) -> int:
        sys.argv = ["dbt", *arguments]
        if "docs" in arguments:
            os.environ["DBT_WRITE_JSON"] = "true"
        # of all variables only this one changes what there is to build
        is_another = any("extended_set" in argument for argument in arguments)
        given = {"manifest": None if is_another else manifest, "callbacks": []}
        try:
            cli.main(arguments, "dbt", obj=given)
        finally:
            DuckDBConnectionManager.close_all_connections()

    return run


def _read_project() -> object:
    """Read the project as `dbt parse` does, once for all processes of the test run."""
    from dbt.cli.main import dbtRunner

    with contextlib.ExitStack() as held:
        folder = os.environ.get(READ_PROJECT) or held.enter_context(tempfile.TemporaryDirectory())
        Path(folder).mkdir(exist_ok=True)
        lock = held.enter_context((Path(folder) / "lock").open("w"))
        fcntl.flock(lock, fcntl.LOCK_EX)
        places = ["--target-path", folder, "--log-path", folder]
        parsed = dbtRunner().invoke(["--quiet", "parse", *places])
    assert parsed.success, parsed.exception
    return parsed.result


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
    """Load what scripts need; what a script takes of this project is of its own checkout."""
    for library in ("duckdb", "pandas", "pyarrow.parquet", "lightgbm", "implicit.als", "altair"):
        importlib.import_module(library)

    def run(arguments: list[str]) -> int:
        for module in [name for name in sys.modules if name.startswith("reelrank")]:
            del sys.modules[module]
        script = Path(arguments[0]).resolve()
        sys.argv = arguments
        sys.path[0] = str(script if script.is_dir() else script.parent)
        runpy.run_path(str(script), run_name="__main__")
        return 0

    return run


class _Popen(subprocess.Popen):
    """A subprocess that is a fork, too, if it is dbt or a script in this Python."""

    commands: dict[str, Command]
    files: set[int]

    def _execute_child(self, args, *more) -> None:  # noqa: ANN001, ANN002
        words = [str(word) for word in args]
        is_dbt = tuple(words[:4]) == PYTHON_DBT
        if not is_dbt and (words[0] != sys.executable or words[1].startswith("-")):
            return super()._execute_child(args, *more)
        cwd, environment, ends = more[4], more[5], more[9:15]  # of subprocess.py
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            streams = {number: file for number, file in ((1, ends[3]), (2, ends[5])) if file != -1}
            what = {
                "command": "dbt" if is_dbt else "python",
                "arguments": words[4 if is_dbt else 1 :],
                "cwd": cwd or Path.cwd(),
                "environment": dict(environment or os.environ),
            }
            os._exit(_code_of(self.commands, what, streams))
        self._child_created = True
        self._close_pipe_fds(*ends)
        return None


def _serve(commands: dict[str, Command]) -> None:
    _Popen.commands, _Popen.files = commands, _open_files()
    gc.collect()
    gc.freeze()  # a fork need not look again and again at what was there before
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(_first_code_of(commands, json.loads(line)))
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _first_code_of(commands: dict[str, Command], what: dict) -> int:
    """Be a command that a test has asked for."""
    subprocess.Popen = _Popen
    if what["file_limit"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (what["file_limit"], what["file_limit"]))
    flags = os.O_WRONLY | os.O_CREAT
    return _code_of(
        commands, what, {1: os.open(what["out"], flags), 2: os.open(what["err"], flags)}
    )


def _open_files() -> set[int]:
    return {int(path.name) for path in Path("/dev/fd").iterdir()}


def _code_of(commands: dict[str, Command], what: dict, streams: dict[int, int]) -> int:
    """Be the command from here on."""
    gc.disable()  # it does not live long
    for number, file in streams.items():
        os.dup2(file, number)
    for file in _open_files() - _Popen.files:
        with contextlib.suppress(OSError):  # the one that listed them
            os.close(file)
    os.chdir(what["cwd"])
    os.environ.clear()
    os.environ.update(what["environment"])
    try:
        return commands[what["command"]](what["arguments"]) or 0
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
    _serve({"dbt": _load_dbt(), "python": _load_python()})
