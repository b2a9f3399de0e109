"""`reelrank build`: from CSV files to recommendations, as `bash scripts/run.sh` runs it."""

from reelrank_cli.pipeline.options import read_options

WHEN_STOPPED = "the next run goes on where this one stopped"


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    options = read_options(arguments)
    # After the options: help must work before anything is installed.
    from reelrank_cli.pipeline.job import run

    run(options)
