"""Real commands in forks of a process that has loaded them once, to be killed at any moment.

`dbt run` and train.py take seconds to import and parse in which nothing can break; forks skip
them. Run as a script it is that process: one fork per line on standard input; the fork's process
id goes to standard output at once, then how it ended.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

COMMANDS = ("dbt", "train")


class Forks:
    """The process that forks, seen from a test."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, kill_after: float | None = None) -> int:
        """Run the command in a fork; kill it after so many seconds, if any. Gives how it ended."""
        self._process.stdin.write("run\n")
        self._process.stdin.flush()
        child = int(self._process.stdout.readline())
        if kill_after is not None:
            time.sleep(kill_after)
            with contextlib.suppress(ProcessLookupError):  # it was faster than the run timed
                os.kill(child, signal.SIGKILL)
        return int(self._process.stdout.readline())

    def seconds_of_a_run(self) -> float:
        """Time a run that must succeed."""
        began = time.monotonic()
        assert self.run() == 0
        return time.monotonic() - began


@contextlib.contextmanager
def forks_of(
    command: str, *arguments: str | Path, cwd: Path, environment: dict[str, str]
) -> Iterator[Forks]:
    """Load one of COMMANDS with its arguments, and give what forks it."""
    script = [sys.executable, __file__, command, *map(str, arguments)]
    with subprocess.Popen(
        script, cwd=cwd, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "ready\n"
        yield Forks(process)
        process.stdin.close()


def _load_dbt(arguments: list[str]) -> Callable[[], int]:
    from dbt.cli.main import dbtRunner

    parsed = dbtRunner().invoke(["--quiet", "parse"])
    assert parsed.success, parsed.exception

    def run() -> int:
        return 0 if dbtRunner(manifest=parsed.result).invoke(arguments).success else 1

    return run


def _load_train(arguments: list[str]) -> Callable[[], int]:
    sys.path.insert(0, "models_py")
    import train

    return lambda: train.main(arguments)


def _serve(run: Callable[[], int]) -> None:
    print("ready", flush=True)
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            os._exit(run())
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    _serve({"dbt": _load_dbt, "train": _load_train}[sys.argv[1]](sys.argv[2:]))
