"""How large a simulation is.

Below the real size a factor f of rows takes sqrt(f) of the users and of the videos, so the log
stays as full (14 % of all pairs) and every user meets sqrt(f) as many videos. Above it the
videos stay those of the real size and users and rows grow: factor 4 has 4 times both.
"""

import math
from dataclasses import asdict, dataclass

from reelrank.errors import UserError

from simulated_kuairec.parameters import RealCounts

NAMED = {"tiny": 0.0024, "small": 0.04, "medium": 0.25, "full": 1.0, "x4": 4.0}
LEAST, MOST = 0.0005, 16.0


@dataclass(frozen=True)
class Counts:
    """Sizes of one simulation; log_rows = log_pairs + log_rewatches + the two kinds of copies."""

    factor: float
    users: int
    videos: int
    dense_users: int
    dense_videos: int
    log_rows: int
    log_pairs: int
    log_rewatches: int
    log_exact_copies: int
    log_label_copies: int
    dense_rows: int
    dense_rows_without_time: int
    authors: int
    friend_lists: int

    def as_dict(self) -> dict:
        """Plain values, for SIMULATED.json."""
        return asdict(self)


def factor_of(scale: str) -> float:
    """Read a scale: a name, or a factor of rows such as `0.1`.

    Raises
    ------
    UserError
        If it is neither, or out of range.
    """
    names = ", ".join(NAMED)
    try:
        factor = NAMED.get(scale) or float(scale.removeprefix("x"))
    except ValueError:
        factor = math.nan
    if not LEAST <= factor <= MOST:
        raise UserError(
            f"--scale {scale}: not a known scale",
            f"use one of {names}, or a factor of rows between {LEAST} and {MOST:g}",
        )
    return factor


def counts_of(factor: float, real: RealCounts) -> Counts:
    """Return the sizes at a factor of rows."""
    side = math.sqrt(factor)
    of_users = side if factor < 1 else factor
    of_videos = min(side, 1.0)

    def rows(count: int) -> int:
        return round(count * factor)

    dense_users = round(real.dense_users * of_users)
    dense_videos = round(real.dense_videos * of_videos)
    absent = round(real.dense_pairs_absent * of_users * of_videos)
    dense_rows = dense_users * dense_videos - absent
    real_dense_rows = real.dense_users * real.dense_videos - real.dense_pairs_absent
    copies = rows(real.log_exact_copies) + rows(real.log_label_copies)
    return Counts(
        factor=factor,
        users=round(real.users * of_users),
        videos=round(real.videos * of_videos),
        dense_users=dense_users,
        dense_videos=dense_videos,
        log_rows=rows(real.log_rows),
        log_pairs=rows(real.log_pairs),
        log_rewatches=rows(real.log_rows) - rows(real.log_pairs) - copies,
        log_exact_copies=rows(real.log_exact_copies),
        log_label_copies=rows(real.log_label_copies),
        dense_rows=dense_rows,
        dense_rows_without_time=round(real.dense_rows_without_time * dense_rows / real_dense_rows),
        authors=round(real.authors * of_videos),
        friend_lists=round(real.friend_lists * of_users),
    )
