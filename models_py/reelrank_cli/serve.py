"""`reelrank serve`: the lists of the latest run over HTTP, from memory."""

from __future__ import annotations

import argparse
import os
import socket
from functools import partial

from reelrank.errors import UserError

from reelrank_cli.options import Parser, add_db, whole_number

WHEN_STOPPED = "the server has ended"
LIST_LENGTH = 1000
EXAMPLES = """examples:
  reelrank serve                            on this machine only, port 8000
  reelrank serve --host 0.0.0.0 --port 80   for others too: put a proxy with a login in front
  curl 'localhost:8000/recommend?user=14&k=10'
  curl 'localhost:8000/similar?video=120'
  curl 'localhost:8000/explain?user=14&video=1154'
  curl 'localhost:8000/health'

The database is read when the server starts and again when its file changes, and is never held:
dbt and training can write it meanwhile.
"""


def read_options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = Parser("serve", "Answer over HTTP with the lists of the latest run.", EXAMPLES)
    where = parser.add_argument_group("where")
    add_db(where)
    where.add_argument(
        "--host", default="127.0.0.1", metavar="ADDRESS", help="default: 127.0.0.1, this machine"
    )
    where.add_argument(
        "--port", type=whole_number(0, 65_535), default=8000, metavar="N",
        help="default: 8000; 0 takes any that is free",
    )  # fmt: skip
    how = parser.add_argument_group("how")
    how.add_argument(
        "--look-every", type=whole_number(1, 86_400), default=2, metavar="SECONDS",
        help="how often to look for a later run (default: 2)",
    )  # fmt: skip
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> None:
    """Run the command until it is stopped.

    Raises
    ------
    UserError
        If the server's packages are missing, there is no run, or the address is taken.
    """
    options = read_options(arguments)
    try:
        import uvicorn

        from reelrank_cli.serving.app import make_app
    except ImportError as error:
        raise UserError(
            f"The server needs a package that is not installed: {error.name}.",
            "Install it: .venv/bin/python -m pip install -r requirements-serve.txt",
        ) from error
    from reelrank_cli.serving.snapshot import load
    from reelrank_cli.serving.watching import Served

    read = partial(load, list_length=LIST_LENGTH)
    with _listening(options.host, options.port) as listener:
        app = make_app(Served(options.db, read, options.look_every), LIST_LENGTH)
        print(f"http://{options.host}:{listener.getsockname()[1]}", flush=True)
        config = uvicorn.Config(app, access_log=False, timeout_keep_alive=75)
        uvicorn.Server(config).run(sockets=[listener])


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # by its protocol asyncio sees that answers must not wait for acknowledgements
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
        return listener
    except (OSError, UnicodeError) as error:
        raise UserError(
            f"Nothing can listen on {host} port {port}: {_reason(error)}.",
            "Name another with --host and --port; --port 0 takes any that is free.",
        ) from error


def _reason(error: OSError | UnicodeError) -> str:
    number = getattr(error, "errno", None)
    return os.strerror(number) if number and number > 0 else str(error)
