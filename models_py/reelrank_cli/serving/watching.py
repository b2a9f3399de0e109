"""Exchange the snapshot when the file changed; requests go on with the earlier one meanwhile."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from reelrank.errors import UserError

from reelrank_cli.serving.snapshot import Snapshot

log = logging.getLogger("uvicorn.error")


class Served:
    """The snapshot that answers now, and the thread that looks for a later one.

    Parameters
    ----------
    db : Path
    load : callable
        Reads a snapshot of `db`.
    every_seconds : float
        How often to look at the file.
    """

    def __init__(self, db: Path, load: Callable[[Path], Snapshot], every_seconds: float) -> None:
        self._db, self._load, self._every = db, load, every_seconds
        self._stop = threading.Event()
        self._seen = self._state()
        self.snapshot = load(db)
        self.loaded_at = _now()
        self.problem: str | None = None
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        """Begin to watch the file."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()
        self._thread.join()

    def look(self) -> None:
        """Load again if the file changed; a file that a writer holds is for the next time."""
        state = self._state()
        if state == self._seen:
            self.problem = None  # the file that could not be read is gone
            return
        try:
            snapshot = self._load(self._db)
        except UserError as error:
            self.problem = error.problem
            return
        except Exception as error:  # whatever it is, the earlier run is still there to serve
            self.problem = f"{type(error).__name__}: {error}"
            return
        self._seen, self.problem = state, None
        self.snapshot, self.loaded_at = snapshot, _now()
        log.info("Serving run %s", snapshot.facts["run_id"])

    def _watch(self) -> None:
        while not self._stop.wait(self._every):
            self.look()

    def _state(self) -> tuple[int, int, int] | None:
        try:
            found = self._db.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
