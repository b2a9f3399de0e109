"""What someone watched and how far, as `--history` takes it."""

import csv
import math
from pathlib import Path

from reelrank.errors import UserError

REMEDY = 'Write --history "148:0.9,12:1.4", or name a CSV file of video_id,watch_ratio.'


def read_history(given: str) -> list[dict]:
    """Parse `--history`: pairs of video and watch_ratio, written out or in a CSV file.

    Raises
    ------
    UserError
        If a watch_ratio is not a number from 0 up, or a line has not two fields.
    """
    is_file = ":" not in given and given.strip() != ""
    try:
        if is_file:
            with Path(given).open(encoding="utf-8-sig", newline="") as lines:
                rows = [row for row in csv.reader(lines) if row]
        else:
            rows = [pair.rsplit(":", 1) for pair in given.split(",") if pair.strip()]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"--history {given!r} cannot be read: {error}.", REMEDY) from error
    if is_file and rows and [name.strip() for name in rows[0]] == ["video_id", "watch_ratio"]:
        rows = rows[1:]
    return [_a_view(row) for row in rows]


def _a_view(row: list[str]) -> dict:
    try:
        video, text = (field.strip() for field in row)
        ratio = float(text)
    except ValueError:
        ratio = math.nan
    if not 0 <= ratio < math.inf:
        raise UserError(f"--history: {':'.join(row)!r} is not a video and a watch_ratio.", REMEDY)
    return {"video_id": video, "watch_ratio": ratio}
