"""A web server on 127.0.0.1 that misbehaves to order.

Each request takes the next behaviour of the list; the last one stays. A behaviour is a function
of the request handler, which knows the served bytes as `handler.payload`.
"""

from __future__ import annotations

import contextlib
import re
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Behaviour = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def payload(self) -> bytes:
        return self.server.payload

    def do_GET(self) -> None:  # noqa: N802
        with self.server.guard:
            self.server.ranges.append(self.headers.get("Range"))
            queue = self.server.behaviours
            behave = queue.pop(0) if len(queue) > 1 else queue[0]
        self.close_connection = True
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            behave(self)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def asked_start(self) -> int:
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range") or "")
        return int(match[1]) if match else 0

    def head(self, status: int, **headers: object) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.send_header("Connection", "close")
        self.end_headers()

    def head_of_rest(self) -> bytes:
        """Send the header of what was asked for; return the bytes that belong to it."""
        start, total = self.asked_start(), len(self.payload)
        if start >= total > 0:
            self.head(416, Content_Range=f"bytes */{total}", Content_Length=0)
        elif start:
            span = f"bytes {start}-{total - 1}/{total}"
            self.head(206, Content_Range=span, Content_Length=total - start)
        else:
            self.head(200, Content_Length=total, Content_Type="application/octet-stream")
        return self.payload[start:]


class FaultyServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, payload: bytes, certificate: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.payload = payload
        self.behaviours: list[Behaviour] = [whole]
        self.ranges: list[str | None] = []
        self.guard = threading.Lock()
        self.closing = threading.Event()
        self.scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
            self.scheme = "https"
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}/KuaiRec.zip"

    def handle_error(self, *_: object) -> None:
        """Keep quiet about clients that hang up."""

    def stop(self) -> None:
        self.closing.set()
        self.shutdown()
        self.server_close()


def whole(handler: Handler) -> None:
    """Do it right, ranges included."""
    handler.wfile.write(handler.head_of_rest())


def truncated(count: int) -> Behaviour:
    """Announce everything, send `count` bytes of it, hang up."""
    return lambda handler: handler.wfile.write(handler.head_of_rest()[:count])


def stalled(count: int) -> Behaviour:
    """Send `count` bytes, then nothing, and keep the connection."""

    def behave(handler: Handler) -> None:
        handler.wfile.write(handler.head_of_rest()[:count])
        handler.server.closing.wait(10)

    return behave


def trickling(handler: Handler) -> None:
    """Send a byte now and then, so that no read ever times out."""
    for byte in handler.head_of_rest()[:200]:
        handler.wfile.write(bytes([byte]))
        if handler.server.closing.wait(0.05):
            return


def slow(handler: Handler) -> None:
    """Send 64 kB every 15 ms."""
    rest = handler.head_of_rest()
    for start in range(0, len(rest), 1 << 16):
        handler.wfile.write(rest[start : start + (1 << 16)])
        if handler.server.closing.wait(0.015):
            return


def answer(status: int, **headers: object) -> Behaviour:
    """Answer with a status and no body."""
    return lambda handler: handler.head(status, Content_Length=0, **headers)


def web_page(content_type: str = "text/html; charset=utf-8") -> Behaviour:
    """Answer 200 with a page, as a captive portal or a maintenance notice does."""

    def behave(handler: Handler) -> None:
        page = b"<!doctype html><title>Please log in</title>" * 10
        handler.head(200, Content_Type=content_type, Content_Length=len(page))
        handler.wfile.write(page)

    return behave


def ignoring_range(handler: Handler) -> None:
    """Send everything from the start whatever was asked."""
    handler.head(200, Content_Length=len(handler.payload))
    handler.wfile.write(handler.payload)


def unsized(handler: Handler) -> None:
    """Send everything, chunked, without a length."""
    handler.head(200, Transfer_Encoding="chunked")
    for start in range(0, len(handler.payload), 50_000):
        block = handler.payload[start : start + 50_000]
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(block), block))
    handler.wfile.write(b"0\r\n\r\n")


def another_range(handler: Handler) -> None:
    """Answer a range request with a range nobody asked for."""
    handler.head(206, Content_Range="bytes 7-9/100", Content_Length=3)
    handler.wfile.write(b"abc")


def endless(handler: Handler) -> None:
    """Never stop sending."""
    handler.head(200)
    handler.wfile.write(handler.payload)
    while not handler.server.closing.is_set():
        handler.wfile.write(bytes(1 << 16))
