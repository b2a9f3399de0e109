"""What must hold for every damaged file."""

from __future__ import annotations

import duckdb

from fuzzing.loading import Loading, lines_in


def fault_of(loading: Loading, name: str, content: bytes) -> str | None:
    """Load a damaged file; returns what is wrong about it, None if all is well."""
    try:
        found = loading.account(name, content)
    except duckdb.Error as error:
        return f"{type(error).__name__}: {str(error)[:300]}"
    except AssertionError:
        return "something in the file was executed"
    if found.lines != found.rejected + found.kept:
        return f"{found.lines} lines were read, {found.rejected} rejected, {found.kept} kept"
    if found.in_staging is not None and found.in_staging != found.kept:
        return f"{found.kept} good lines, but staging accounts for {found.in_staging}"
    # A carriage return alone ends a line for DuckDB, and captions may hold line feeds in quotes:
    # counting these from outside would only repeat the parser.
    is_countable = name != "kuairec_caption_category" and b"\r" not in content
    if is_countable and lines_in(content) != found.lines + found.unreadable:
        return (
            f"{lines_in(content)} lines are in the file, {found.lines} were read and "
            f"{found.unreadable} unreadable"
        )
    return None
