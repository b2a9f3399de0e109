"""From addresses to a verified zip: resume, retry, back off, change address, check."""

from __future__ import annotations

import http.client
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path

from reelrank.errors import UserError

from reelrank_cli.download.archive import Archive, md5_of
from reelrank_cli.download.progress import Meter, duration, megabytes
from reelrank_cli.download.transport import (
    RefusedError,
    TryAgainError,
    WrongBytesError,
    judge_failure,
    judge_response,
    open_address,
)

BLOCK_BYTES = 1 << 18
SLOWEST_BYTES_PER_SECOND = 1_000
WORTHWHILE_BYTES = 1 << 16
ZIP_MAGIC = b"PK\x03\x04"


@dataclass(frozen=True)
class Patience:
    """How long to try.

    Attributes
    ----------
    retries : int
        Tries in a row that may bring next to nothing (under 64 kB), per address.
    stall_seconds : float
        Silence, or a trickle under 1 kB/s, after which a connection is given up.
    first_wait, longest_wait : float
        Seconds before the first repeat; each further wait doubles, up to the longest.
    """

    retries: int = 6
    stall_seconds: float = 30.0
    first_wait: float = 1.0
    longest_wait: float = 60.0

    def wait_before(self, failure: int, asked: float = 0.0) -> float:
        """Choose the seconds to wait after the n-th failure in a row (from 1), with jitter.

        At least what the server asked for, but never more than twice the longest wait.
        """
        backoff = min(self.longest_wait, self.first_wait * 2 ** (failure - 1))
        jittered = backoff * random.uniform(0.5, 1.0)
        return max(jittered, min(asked, 2 * self.longest_wait))


@dataclass(frozen=True)
class Fetcher:
    """One download: the archive, where its bytes go, and whom to tell.

    Attributes
    ----------
    part : Path
        The growing file. It is all that is left when the process is killed.
    need_space : callable
        Called with the bytes still to come; raises UserError if they will not fit.
    say : callable
        Takes a sentence for the user.
    """

    archive: Archive
    part: Path
    patience: Patience
    need_space: Callable[[int], None]
    say: Callable[[str], None]
    meter: Callable[[str, int], Meter]
    sleep: Callable[[float], None] = time.sleep

    def run(self) -> None:
        """Leave the verified archive in `part`.

        Raises
        ------
        UserError
            When every address has failed, or the disk is too small.
        """
        if self._have() and md5_of(self.part) == self.archive.md5:
            return
        try:
            self._from_any_address(keep=True)
        except WrongBytesError as error:
            # Bytes of an earlier run or of two addresses do not fit together: once more, and
            # from now on the bytes of one address are never continued from another.
            self.say(f"{error}: starting again from the beginning")
            self._from_any_address(keep=False)
        finally:
            if self.part.exists() and not self._have():
                self.part.unlink()

    def _from_any_address(self, keep: bool) -> None:
        failures: list[str] = []
        for url in self.archive.urls:
            if not keep:
                self.part.unlink(missing_ok=True)
            try:
                return self._from_address(url)
            except RefusedError as error:
                failures.append(f"{url}: {error}")
                self.say(f"giving up on {failures[-1]}")
        raise UserError(
            f"The archive could not be downloaded. {'; '.join(failures)}.", self._remedy(failures)
        )

    def _remedy(self, failures: list[str]) -> str:
        place = self.part.with_suffix("")
        by_hand = f"or download it in a browser to {place} and run this again"
        if any("certificate" in failure for failure in failures):
            return (
                "Check the clock and the proxy of this machine (SSL_CERT_FILE=FILE names "
                f"your organisation's certificates), {by_hand}."
            )
        have = self._have()
        kept = f" (it goes on from the {megabytes(have)} already here)" if have else ""
        return f"Run the same command again later{kept}, {by_hand}."

    def _from_address(self, url: str) -> None:
        """Fetch the rest of the archive from one address and check it."""
        foreign = self._have()
        failures = 0
        while True:
            before = self._have()
            try:
                self._once(url)
                break
            except TryAgainError as error:
                advanced = self._have() - before >= WORTHWHILE_BYTES
                failures = 1 if advanced else failures + 1
                if failures > self.patience.retries:
                    raise RefusedError(f"{error}, {failures} times in a row") from None
                wait = self.patience.wait_before(failures, error.wait)
                self.say(f"{error}: next try in {duration(wait)}, {megabytes(self._have())} kept")
                self.sleep(wait)
            except WrongBytesError:
                break
        found = md5_of(self.part) if self._have() else "of nothing"
        if found == self.archive.md5:
            return
        self.part.unlink(missing_ok=True)
        fault = f"wrong checksum (MD5 {found}, expected {self.archive.md5})"
        raise WrongBytesError(fault) if foreign else RefusedError(fault)

    def _once(self, url: str) -> None:
        have = self._have()
        with open_address(url, have, self.patience.stall_seconds) as response:
            body = judge_response(response, have)
            self._check_size(body.total or 0)
            self.need_space(max(0, (body.total or self.archive.zip_bytes) - have))
            meter = self.meter("downloading", body.start)
            try:
                end = self._copy(response, body.start, body.total, meter)
            finally:
                meter.close()
        if body.total is not None and end < body.total:
            raise TryAgainError(
                f"the connection ended at {megabytes(end)} of {megabytes(body.total)}"
            )
        if body.total is not None and body.total < have:
            raise WrongBytesError("more bytes are here than the server has")

    def _copy(self, response: HTTPResponse, start: int, total: int | None, meter: Meter) -> int:
        """Append what is new to the part file; return the position reached."""
        have = self._have()
        position = start
        with self.part.open("ab") as sink:
            for block in _blocks(response, self.patience.stall_seconds):
                if position == 0 and not block.startswith(ZIP_MAGIC):
                    raise RefusedError("the server sent something that is not a zip")
                self._check_size(position + len(block))
                sink.write(block[max(0, have - position) :])
                position += len(block)
                meter.update(position, total)
        return position

    def _check_size(self, size: int) -> None:
        if size > self.archive.zip_limit:
            raise RefusedError(f"the server sends more than {megabytes(self.archive.zip_limit)}")

    def _have(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0


def _blocks(response: HTTPResponse, stall_seconds: float) -> Iterator[bytes]:
    """Yield the body as it arrives; the first block has at least four bytes.

    Raises
    ------
    TryAgainError
        When the connection breaks, falls silent, or only trickles.
    """
    since, arrived = time.monotonic(), 0
    try:
        block = response.read(len(ZIP_MAGIC))
        while block:
            yield block
            block = response.read1(BLOCK_BYTES)
            arrived += len(block)
            now = time.monotonic()
            if now - since >= stall_seconds:
                if arrived < SLOWEST_BYTES_PER_SECOND * stall_seconds:
                    raise TryAgainError("the data only trickles")
                since, arrived = now, 0
    except (OSError, http.client.HTTPException) as error:  # of reading only: nothing writes here
        raise judge_failure(error) from None
