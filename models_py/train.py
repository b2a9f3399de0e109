"""`reelrank train` of this checkout: python models_py/train.py --help lists the options."""

import sys

from reelrank_cli import main as reelrank


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    return reelrank.main(["train", *(sys.argv[1:] if arguments is None else arguments)])


if __name__ == "__main__":
    sys.exit(main())
