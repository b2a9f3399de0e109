"""Ask `reelrank serve` at a fixed rate and report how long answers take.

Requests are sent when they are due, whether earlier ones are answered or not, and their time runs
from when they were due: a server that hangs is seen in every request that waited. Eight of
ten ask for a list, one for similar videos, one for an explanation. The server runs on the same
machine, and the client takes its share of it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import duckdb
from reelrank.errors import UserError
from reelrank.warehouse.connection import open_for_reading
from reelrank_cli.main import run_script
from reelrank_cli.options import add_db, whole_number

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = """examples:
  python scripts/load_test.py                             # 100 requests a second for a minute
  python scripts/load_test.py --db full.duckdb --reload 10   # the lists are read again every 10 s
  python scripts/load_test.py --rate 300 --seconds 20 --json
"""
PAIRS = """
    select distinct user_id::varchar, video_id::varchar from ml.explanations
    where run_id = (select run_id from ml.latest_run)
    order by hash(user_id, video_id) limit 5000
"""


def read_arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    what = parser.add_argument_group("what to ask")
    add_db(what)
    what.add_argument("--rate", type=whole_number(1, 10_000), default=100, metavar="N",
                      help="requests a second (default: 100)")  # fmt: skip
    what.add_argument("--seconds", type=whole_number(1, 3_600), default=60, metavar="N",
                      help="how long (default: 60)")  # fmt: skip
    what.add_argument("--reload", type=whole_number(0, 3_600), default=0, metavar="SECONDS",
                      help="touch the file this often (default: 0, never)")  # fmt: skip
    what.add_argument("--k", type=whole_number(1, 1000), default=10, metavar="N",
                      help="videos of a list (default: 10)")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args()


def questions(db: Path, count: int, k: int) -> list[str]:
    """Draw what is asked, of users and videos that the latest run has."""
    with open_for_reading(db, 1, "1GB") as con:
        try:
            pairs = con.execute(PAIRS).fetchall()
        except duckdb.CatalogException:
            pairs = []
    if not pairs:
        raise UserError("The database holds no training run.", "Train first: reelrank train")
    rng = random.Random(1)
    drawn = []
    for _ in range(count):
        user, video = rng.choice(pairs)
        drawn.append(rng.choices(
            (f"/recommend?user={user}&k={k}", f"/similar?video={video}&k={k}",
             f"/explain?user={user}&video={video}"), weights=(8, 1, 1),
        )[0])  # fmt: skip
    return drawn


class Client:
    """Connections that are kept open, as few as answer in time; a library would cost more time."""

    def __init__(self, host: str, port: int) -> None:
        self._place = host, port
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def get(self, question: str) -> int:
        """Ask, read the answer to its end, give its status; 0 where the connection broke."""
        while self._free and self._free[-1][0].at_eof():  # idle for long, closed by the server
            self._free.pop()[1].close()
        try:
            reader, writer = (
                self._free.pop() if self._free else await asyncio.open_connection(*self._place)
            )
            writer.write(f"GET {question} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = head.split(b"content-length:")[1].split(b"\r\n")[0]
            await reader.readexactly(int(length))
        except (OSError, asyncio.IncompleteReadError):
            return 0
        self._free.append((reader, writer))
        return int(head.split()[1])

    def close(self) -> None:
        """Close the connections."""
        for _, writer in self._free:
            writer.close()


async def ask_all(address: str, asked: list[str], options: argparse.Namespace) -> list[tuple]:
    """Send every question when it is due; gives (seconds, status) of each."""
    answers: list[tuple[float, int]] = []
    host, port = address.removeprefix("http://").split(":")
    client = Client(host, int(port))
    start = time.perf_counter() + 0.5

    async def ask(question: str, due: float) -> None:
        status = await client.get(question)
        answers.append((time.perf_counter() - due, status))

    touching = asyncio.create_task(touch(options.db, options.reload))
    async with asyncio.TaskGroup() as group:
        for number, question in enumerate(asked):
            due = start + number / options.rate
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            group.create_task(ask(question, due))
    touching.cancel()
    client.close()
    return answers


async def touch(db: Path, every: int) -> None:
    """Make the file look changed."""
    while every:
        await asyncio.sleep(every)
        os.utime(db)


def serve(db: Path) -> tuple[subprocess.Popen, str]:
    """Start the server on a free port."""
    server = subprocess.Popen(
        [sys.executable, ROOT / "models_py", "serve", "--db", db, "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    address = server.stdout.readline().strip()
    if not address:
        server.wait()
        raise UserError("The server did not start.", f"See why: reelrank serve --db {db}")
    return server, address


def summary(answers: list[tuple[float, int]], options: argparse.Namespace) -> dict:
    """Quantiles of the times in milliseconds, and what failed."""
    times = sorted(seconds * 1000 for seconds, _ in answers)

    def quantile(share: float) -> float:
        return round(times[min(int(share * len(times)), len(times) - 1)], 1)

    return {
        "rate": options.rate,
        "requests": len(answers),
        "failed": dict(Counter(status for _, status in answers if status != 200)),
        "p50_ms": quantile(0.5),
        "p95_ms": quantile(0.95),
        "p99_ms": quantile(0.99),
        "max_ms": quantile(1),
        "reload_every_s": options.reload,
        "cores": os.cpu_count(),
    }


def main() -> None:
    """Serve, ask, report."""
    options = read_arguments()
    asked = questions(options.db, options.rate * options.seconds, options.k)
    server, address = serve(options.db)
    try:
        warm = argparse.Namespace(**vars(options) | {"reload": 0, "rate": 50})
        asyncio.run(ask_all(address, asked[:50], warm))
        found = summary(asyncio.run(ask_all(address, asked, options)), options)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
    if options.json:
        print(json.dumps(found, indent=1))
    else:
        print(", ".join(f"{name} {value}" for name, value in found.items()))


if __name__ == "__main__":
    run_script(main)
