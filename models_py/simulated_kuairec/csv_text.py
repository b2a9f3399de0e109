"""CSV as the real files write it: full precision, `2.0` for whole floats, times cut of zeros."""

import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from simulated_kuairec import days
from simulated_kuairec.log import Rows

INTERACTION_COLUMNS = (
    "user_id", "video_id", "play_duration", "video_duration", "time", "date", "timestamp",
    "watch_ratio",
)  # fmt: skip


def float_text(values: np.ndarray) -> pa.Array:
    """Floats as text with all their digits, whole ones with `.0`, NaN as an empty cell."""
    numbers = pa.array(values, from_pandas=True)
    text = numbers.cast(pa.string())
    whole = pc.equal(numbers, pc.floor(numbers))
    return pc.if_else(whole, pc.binary_join_element_wise(text, "0", "."), text)


def time_text(at_ms: pa.Array) -> pa.Array:
    """Asia/Shanghai wall clock such as `2020-07-05 01:00:25.5`, trailing zeros cut."""
    local = pc.add(at_ms, days.UTC_OFFSET_SECONDS * 1000).cast(pa.timestamp("ms"))
    text = pc.utf8_rtrim(local.cast(pa.string()), "0")
    bare = pc.ends_with(text, ".")
    return pc.if_else(bare, pc.binary_join_element_wise(text, "0", ""), text)


def interaction_table(rows: Rows, dense: bool) -> pa.Table:
    """Rows of an interaction file as its columns; the dense file writes dates as floats."""
    at_ms = pa.array(rows.at_ms, mask=rows.at_ms < 0)
    seconds = np.where(rows.at_ms < 0, np.nan, rows.at_ms / 1000)
    labels = days.date_labels()[rows.label_day]
    date = pa.array(labels)
    if dense:
        date = float_text(np.where(rows.at_ms < 0, np.nan, labels.astype(np.float64)))
    columns = [
        rows.user, rows.video, rows.play_ms, rows.duration_ms, time_text(at_ms), date,
        float_text(seconds), float_text(rows.play_ms / rows.duration_ms),
    ]  # fmt: skip
    return pa.table(dict(zip(INTERACTION_COLUMNS, columns, strict=True)))


def write_rows(table: pa.Table, path: Path) -> None:
    """Write a table of numbers and plain text without header and quotes."""
    options = pa_csv.WriteOptions(include_header=False, quoting_style="none")
    pa_csv.write_csv(table, str(path), options)


def quoted(cell: object) -> str:
    """One cell of a small file: quoted where it holds a comma, a quote or a line feed."""
    text = "" if cell is None else str(cell)
    if any(mark in text for mark in ',"\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def write_cells(path: Path, columns: dict[str, np.ndarray | list]) -> None:
    """Write a small file with its header; None is an empty cell, a lone CR stays unquoted."""
    out = io.StringIO()
    out.write(",".join(columns) + "\n")
    for row in zip(*(list(column) for column in columns.values()), strict=True):
        out.write(",".join(map(quoted, row)) + "\n")
    path.write_bytes(out.getvalue().encode())
