"""Entry point of `bash scripts/run.sh`."""

import sys

from reelrank.errors import UserError

from reelrank_cli.pipeline.options import read_options


def main(arguments: list[str] | None = None) -> int:
    """Run the job; return the exit code."""
    options = read_options(arguments)
    # After the options: help must work before anything is installed.
    from reelrank_cli.pipeline.commands import AlreadySaidError
    from reelrank_cli.pipeline.job import run

    try:
        run(options)
    except AlreadySaidError:
        return 1
    except UserError as error:
        print(f"error: {error.problem}\n{error.remedy}", file=sys.stderr)
        return 1
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        print(
            f"error: The disk refused: {error.strerror or error}{place}.\n"
            "Check free space, quota and write permission there, then run this again.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("\nstopped: the next run goes on where this one stopped", file=sys.stderr)
        return 130
    return 0
