"""`reelrank download`, which needs the standard library only."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path
from types import FrameType

from reelrank.errors import UserError

from reelrank_cli import ROOT
from reelrank_cli.download.archive import KUAIREC, NOTICE, with_addresses, with_md5
from reelrank_cli.download.fetch import Patience
from reelrank_cli.download.folder import places, recorded_source
from reelrank_cli.download.job import Job, Outcome, plan, run
from reelrank_cli.download.progress import Meter
from reelrank_cli.download.transport import address_fault
from reelrank_cli.options import Parser, add_json

WHEN_STOPPED = "the next run goes on where this one stopped"
DEFAULT_OUT = ROOT / "data" / "KuaiRec"
EPILOG = """\
examples:
  reelrank download                          into data/KuaiRec, resuming if need be
  reelrank download --dry-run                what would be done
  reelrank download --zip ~/Downloads/KuaiRec.zip   no network, same checks
  reelrank download --out /big/disk/KuaiRec  elsewhere

Interrupt it whenever you like: the next run goes on where it stopped. Proxies are taken from
HTTPS_PROXY, certificate authorities from SSL_CERT_FILE. Exit code 0 when the folder is
there, 1 when it could not be fetched, 130 or 143 when interrupted."""


class Interrupted(BaseException):
    """A signal asked to stop; carries its number."""


def parser() -> argparse.ArgumentParser:
    """Build the options, grouped, with their defaults."""
    top = Parser(
        "download",
        "Download, verify and unpack the real KuaiRec 2.0 (432 MB, 1.6 GB unpacked). "
        "`bash scripts/download_data.sh` is the same and needs no environment.",
        EPILOG,
    )
    _add_places(top)
    _add_manners(top)
    return top


def _add_places(top: argparse.ArgumentParser) -> None:
    where = top.add_argument_group("where")
    where.add_argument(
        "--out",
        type=Path,
        default=DEFAULT_OUT,
        metavar="DIR",
        help="the folder to make (default: data/KuaiRec of this repository)",
    )
    where.add_argument(
        "--zip",
        type=Path,
        metavar="FILE",
        help="use this zip, no network (default: KuaiRec.zip beside the folder, if there)",
    )
    where.add_argument(
        "--keep-zip",
        action="store_true",
        help="keep the downloaded zip beside the folder (default: delete it once unpacked)",
    )
    source = top.add_argument_group("from where")
    source.add_argument(
        "--url",
        action="append",
        default=[],
        metavar="URL",
        help="another address, https only; repeatable, tried in order (default: Zenodo's two)",
    )
    source.add_argument(
        "--md5",
        metavar="HEX",
        help=f"another checksum; the data is then not labelled KuaiRec (default: {KUAIREC.md5})",
    )


def _add_manners(top: argparse.ArgumentParser) -> None:
    patience = Patience()
    how = top.add_argument_group("how")
    how.add_argument(
        "--retries",
        type=_count,
        default=patience.retries,
        metavar="N",
        help="failed tries in a row before leaving an address (default: %(default)s)",
    )
    how.add_argument(
        "--timeout",
        type=_seconds,
        default=patience.stall_seconds,
        metavar="S",
        help="seconds of silence before leaving a connection (default: %(default)s)",
    )
    how.add_argument(
        "--backoff",
        type=_seconds,
        default=patience.first_wait,
        metavar="S",
        help="seconds before the first repeat, doubling up to 60 (default: %(default)s)",
    )
    how.add_argument("--dry-run", action="store_true", help="say what would be done, do nothing")
    show = top.add_argument_group("output")
    show.add_argument("--quiet", action="store_true", help="no progress, only result and errors")
    add_json(show)


def _seconds(text: str) -> float:
    value = float(text)
    if not 0.001 <= value <= 86_400:
        raise argparse.ArgumentTypeError("must lie between 0.001 and 86400")
    return value


def _count(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 1_000:
        raise argparse.ArgumentTypeError("must lie between 0 and 1000")
    return value


def job_from(options: argparse.Namespace) -> Job:
    """Turn options into a job; wrong ones raise UserError."""
    for url in options.url:
        fault = address_fault(url)
        if fault:
            raise UserError(f"--url {url} {fault}.", "Give an https:// address.")

    def say(sentence: str) -> None:
        if not options.quiet:
            print(sentence, file=sys.stderr, flush=True)

    return Job(
        archive=with_md5(with_addresses(KUAIREC, options.url), options.md5),
        where=places(options.out),
        zip_file=options.zip,
        patience=Patience(options.retries, options.timeout, options.backoff),
        keep_zip=options.keep_zip,
        say=say,
        meter=lambda label, start: Meter(label, start, quiet=options.quiet),
    )


def report(job: Job, outcome: Outcome, as_json: bool) -> None:
    """Print the result and what the licence asks for."""
    if as_json:
        fields = {
            "status": outcome.status,
            "message": outcome.sentence,
            "verified": outcome.verified,
            "folder": str(job.where.out),
            "source": recorded_source(job.where.out),
            "license": "CC BY-SA 4.0",
            "cite": "doi:10.1145/3511808.3557220",
        }
        print(json.dumps(fields))
        return
    print(outcome.sentence)
    print(NOTICE)


def _stop(number: int, _frame: FrameType | None) -> None:
    raise Interrupted(number)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code."""
    options = parser().parse_args(arguments)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        job = job_from(options)
        report(job, plan(job) if options.dry_run else run(job), options.json)
        return 0
    except Interrupted as stop:
        print(f"\nStopped: {WHEN_STOPPED}.", file=sys.stderr)
        return 128 + int(stop.args[0])
