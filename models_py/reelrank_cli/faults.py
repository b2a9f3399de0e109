"""What any error means to the user: two lines, or nothing if it is a fault of the program."""

from __future__ import annotations

from reelrank.errors import UserError


def explain(error: Exception) -> UserError | None:
    """Words for an error that a user can do something about; None for any other."""
    if isinstance(error, UserError):
        return error
    # by name: the download must do without DuckDB
    kinds = {f"{kind.__module__.split('.')[0]}.{kind.__name__}" for kind in type(error).__mro__}
    if isinstance(error, MemoryError) or kinds & {
        "_duckdb.OutOfMemoryException", "_duckdb.IOException",
        "duckdb.OutOfMemoryException", "duckdb.IOException",
    }:  # fmt: skip
        from reelrank.warehouse.faults import explain_shortage

        return explain_shortage(error)
    if isinstance(error, OSError):
        place = f" ({error.filename})" if error.filename else ""
        return UserError(
            f"The disk refused: {error.strerror or error}{place}.",
            "Check free space, quota and write permission there, then run this again.",
        )
    return None
