"""One request to one address: what to ask, whom to trust, whether the answer is usable."""

from __future__ import annotations

import email.utils
import http.client
import ipaddress
import re
import socket
import ssl
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPResponse
from urllib.parse import urlsplit

USER_AGENT = "reelrank-download/1.0"
WORTH_RETRYING = frozenset({408, 425, 429, 500, 502, 503, 504})


class TryAgainError(Exception):
    """The address may work next time. `wait` is how long it asked for, in seconds."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


class RefusedError(Exception):
    """The address will not work, now or later."""


class WrongBytesError(Exception):
    """The bytes so far cannot be the beginning of the archive."""


@dataclass(frozen=True)
class Body:
    """Where the answer's bytes belong: at `start` of a file of `total` bytes (None: unsaid)."""

    start: int
    total: int | None


def is_loopback(host: str | None) -> bool:
    """Say whether this is this machine, the only one that plain http is accepted from."""
    if host is None or host == "localhost":
        return host is not None
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def address_fault(url: str) -> str | None:
    """Say why an address is not to be used, or None: https anywhere, http only on this machine."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (reading it is what validates it)
    except ValueError:
        return "is not an address"
    if parts.scheme not in ("https", "http") or not parts.hostname:
        return "is not an https address"
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        return "is plain http, where nobody vouches for the server"
    return None


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follow redirects, but never from https to anything less."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        fault = address_fault(newurl)
        was_secure = urlsplit(req.full_url).scheme == "https"
        if fault is None and was_secure and urlsplit(newurl).scheme != "https":
            fault = "leaves https"
        if fault:
            raise RefusedError(f"redirects to {newurl}, which {fault}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def open_address(url: str, have: int, stall_seconds: float) -> HTTPResponse:
    """Ask for the bytes from `have` on.

    The certificate is always checked against the system's authorities (SSL_CERT_FILE names
    an organisation's own). Proxies come from the environment, except for this machine.

    Raises
    ------
    TryAgainError, RefusedError, WrongBytesError
    """
    request = urllib.request.Request(
        url, headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
    )
    if have:
        request.add_header("Range", f"bytes={have}-")
    handlers = [
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        _SafeRedirects(),
    ]
    if is_loopback(urlsplit(url).hostname):
        handlers.append(urllib.request.ProxyHandler({}))
    try:
        return urllib.request.build_opener(*handlers).open(request, timeout=stall_seconds)
    except urllib.error.HTTPError as error:
        with error:
            raise _judge_status(error) from None
    except urllib.error.URLError as error:
        raise judge_failure(error.reason) from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise judge_failure(error) from None


def _judge_status(error: urllib.error.HTTPError) -> Exception:
    reason = f"the server answered {error.code} {error.reason}"
    if error.code == 416:
        return WrongBytesError("the server has no more bytes, yet the checksum is wrong")
    if error.code in WORTH_RETRYING:
        return TryAgainError(reason, _asked_wait(error.headers.get("Retry-After")))
    return RefusedError(reason)


def _asked_wait(header: str | None) -> float:
    """Seconds of a Retry-After header, which is a number or a date; 0 if it is neither."""
    if header is None:
        return 0.0
    if re.fullmatch(r"\d{1,9}", header.strip()):
        return float(header)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(header).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return 0.0


def judge_failure(reason: object) -> Exception:
    """Interpret a failed connection: a bad certificate is final, all else may pass."""
    if isinstance(reason, ssl.SSLCertVerificationError):
        return RefusedError(f"the server's certificate is not trusted ({reason.verify_message})")
    if isinstance(reason, TimeoutError):
        return TryAgainError("no data arrived in time")
    if isinstance(reason, socket.gaierror):
        return TryAgainError("the server's name cannot be resolved (is there a network?)")
    if isinstance(reason, http.client.IncompleteRead):
        return TryAgainError("the connection ended early")
    text = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
    return TryAgainError(f"the connection failed ({text})")


def judge_response(response: HTTPResponse, have: int) -> Body:
    """Decide where the answer's bytes belong.

    A server that ignores the range sends everything from the start; then the bytes that are
    already there are skipped, not lost.

    Raises
    ------
    RefusedError
        A web page instead of the file, or another range than the one asked for.
    """
    kind = response.headers.get_content_type()
    if kind in ("text/html", "application/xhtml+xml"):
        raise RefusedError("the server sent a web page instead of the zip")
    if response.status == 206:
        span = response.headers.get("Content-Range", "")
        match = re.fullmatch(r"bytes (\d{1,15})-\d{1,15}/(\d{1,15}|\*)", span.strip())
        if match is None or int(match[1]) != have:
            raise RefusedError(f"the server sent another part of the file ({span or 'unnamed'})")
        return Body(have, None if match[2] == "*" else int(match[2]))
    length = re.fullmatch(r"\d{1,15}", response.headers.get("Content-Length", "").strip())
    return Body(0, int(length[0]) if length else None)
