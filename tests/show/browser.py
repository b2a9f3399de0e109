"""A headless Chromium, driven over its debugging pipe: no driver, no port, no network.

Protocol: https://chromedevtools.github.io/devtools-protocol/ , messages of JSON that end in a
zero byte, read by the browser from descriptor 3 and written to descriptor 4.
"""

import base64
import fcntl
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip
PATIENCE_SECONDS = 60


def find_chromium() -> str | None:
    """Return the path of a Chromium of this machine, None without one."""
    wanted = os.environ.get("REELRANK_CHROMIUM")
    return next(filter(None, map(shutil.which, [wanted, *NAMES] if wanted else NAMES)), None)


def _high_pipe() -> tuple[int, int]:
    """Return a pipe whose descriptors are out of the way of 3 and 4."""
    low = os.pipe()
    high = tuple(fcntl.fcntl(number, fcntl.F_DUPFD, 10) for number in low)
    for number in low:
        os.close(number)
    return high


class Page:
    """One page of a browser of its own; `messages` and `requests` fill as it loads."""

    def __init__(self, chromium: str, profile: Path) -> None:
        to_browser, self._write = _high_pipe()
        self._read, from_browser = _high_pipe()
        self._process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{to_browser} 4>&{from_browser}', "bash", chromium,
             *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(to_browser, from_browser), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(to_browser)
        os.close(from_browser)
        self._number = 0
        self._rest = b""
        self.messages: list[str] = []
        self.requests: list[str] = []
        targets = self._send("Target.getTargets")["targetInfos"]
        target = next(t["targetId"] for t in targets if t["type"] == "page")
        self._session = None
        attached = self._send("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._send(f"{domain}.enable")

    def close(self) -> None:
        """End the browser."""
        self._process.terminate()
        self._process.wait(PATIENCE_SECONDS)
        os.close(self._write)
        os.close(self._read)

    def show(self, path: Path, *, width: int, height: int = 900, scheme: str = "light") -> None:
        """Open a file at a width in CSS pixels and wait until its figures are drawn."""
        self.open(path.as_uri(), width=width, height=height, scheme=scheme)
        self.wait_for("document.documentElement?.dataset.drawn ?? ''")

    def open(self, url: str, *, width: int, height: int = 900, scheme: str = "light") -> None:
        """Open an address at a width in CSS pixels."""
        self.messages.clear()
        self.requests.clear()
        self._send(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        self._send(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )
        self._send("Page.navigate", url=url)

    def wait_for(self, expression: str) -> None:
        """Wait until a JavaScript expression is true."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.ask(f"!!({expression})"):
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"not so after {PATIENCE_SECONDS} s: {expression}: {self.messages}"
                )
            time.sleep(0.1)

    def ask(self, expression: str) -> object:
        """Return the value of a JavaScript expression in the page."""
        found = self._send("Runtime.evaluate", expression=expression, returnByValue=True,
                           awaitPromise=True)  # fmt: skip
        if "exceptionDetails" in found:
            raise AssertionError(found["exceptionDetails"])
        return found["result"].get("value")

    def screenshot(self, path: Path, *, top: int = 0, height: int | None = None) -> None:
        """Save the page, or `height` pixels of it from `top`, as a PNG."""
        size = self._send("Page.getLayoutMetrics")["cssContentSize"]
        clip = {
            "x": 0, "y": top, "width": size["width"],
            "height": min(height or size["height"], size["height"] - top), "scale": 1,
        }  # fmt: skip
        shot = self._send("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def _send(self, method: str, **params: object) -> dict:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if getattr(self, "_session", None):
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            reply = self._receive()
            if reply.get("id") == self._number:
                if "error" in reply:
                    raise RuntimeError(f"{method}: {reply['error']}")
                return reply["result"]
            self._note(reply)

    def _receive(self) -> dict:
        while b"\0" not in self._rest:
            part = os.read(self._read, 1 << 20)
            if not part:
                raise RuntimeError("the browser ended")
            self._rest += part
        message, self._rest = self._rest.split(b"\0", 1)
        return json.loads(message)

    def _note(self, event: dict) -> None:
        """Keep what the page said or asked for."""
        params = event.get("params", {})
        match event.get("method"):
            case "Runtime.consoleAPICalled":
                texts = [str(a.get("value", a.get("description"))) for a in params["args"]]
                self.messages.append(f"{params['type']}: {' '.join(texts)}")
            case "Runtime.exceptionThrown":
                self.messages.append(f"exception: {params['exceptionDetails']}")
            case "Log.entryAdded":
                self.messages.append(f"{params['entry']['level']}: {params['entry']['text']}")
            case "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])
