"""Write one self-contained HTML page about a training run.

Reads what training published; python models_py/report.py --help lists the options.
"""

import sys

import duckdb
from reelrank.errors import UserError
from reelrank.report.command import read_options, summary, write_report
from reelrank.warehouse.connection import explain_shortage


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; 0 on success, 1 after an error of the user in two lines."""
    try:
        options = read_options(arguments)
        print(summary(write_report(options), options))
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    except (duckdb.OutOfMemoryException, duckdb.IOException, MemoryError) as error:
        print(explain_shortage(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; an earlier page is whole.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
