"""Loads a source for the ladder: the split log, the dense matrix, and what a long view is."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from reelrank.errors import UserError

SQL = Path(__file__).parent / "source.sql"
TRAIN_SHARE = 0.8
LONG_VIEW_QUANTILE = 0.8
# lower edges of the bands of similar length in seconds (the facts' own table)
LENGTH_EDGES = np.array([
    0, 3.5, 4.0, 5.3, 7.0, 8.1, 9.3, 10.7, 12.3, 14.1, 18.6, 24.7, 32.6, 43, 57, 75, 115, 174,
])  # fmt: skip
LEAST_VIEWS = 20


@dataclass(frozen=True)
class Views:
    """Columns of views, all (n,)."""

    user: np.ndarray
    video: np.ndarray
    ratio: np.ndarray
    duration_ms: np.ndarray
    seen_at: np.ndarray

    def part(self, mine: slice) -> "Views":
        """Take some of the rows."""
        return Views(*(column[mine] for column in vars(self).values()))


@dataclass(frozen=True)
class Source:
    """A source with its long views.

    Attributes
    ----------
    train, holdout : Views
        The log before and after the boundary, exact copies removed, in the order of time.
    dense : Views
        small_matrix, by user and video.
    long_ratio : float64 (n_bands,)
        watch_ratio above which a view is long, per band of video length.
    users, videos : int
        How many ids there are.
    """

    train: Views
    holdout: Views
    dense: Views
    long_ratio: np.ndarray
    users: int
    videos: int

    def threshold(self, duration_ms: np.ndarray) -> np.ndarray:
        """Return the watch_ratio above which a view of such a video is long; (n,)."""
        return self.long_ratio[_band(duration_ms)]

    def is_long(self, views: Views) -> np.ndarray:
        """Whether each view is long; bool (n,)."""
        return views.ratio > self.threshold(views.duration_ms)


def _band(duration_ms: np.ndarray) -> np.ndarray:
    """Band of similar length of each duration."""
    return np.digitize(duration_ms / 1000, LENGTH_EDGES) - 1


def load_source(data_dir: Path) -> Source:
    """Load a source, real or simulated.

    Parameters
    ----------
    data_dir : pathlib.Path
        Folder with the seven files.

    Raises
    ------
    UserError
        If an interaction file is missing.
    """
    for name in ("big_matrix.csv", "small_matrix.csv"):
        if not (data_dir / name).is_file():
            raise UserError(
                f"{data_dir}: no {name} in this folder",
                "write a simulated source first: python scripts/simulate_kuairec.py --out DIR",
            )
    with duckdb.connect() as con:
        con.execute("set memory_limit = '3GB'")
        con.execute("set variable folder = ?", [str(data_dir)])
        try:
            con.execute(SQL.read_text())
        except duckdb.Error as error:
            raise UserError(
                f"{data_dir}: a file cannot be read: {str(error).splitlines()[0]}",
                "write the source again: python scripts/simulate_kuairec.py --out DIR",
            ) from error
        log = Views(*con.execute("select * from log").fetchnumpy().values())
        dense = Views(*con.execute("select * from dense").fetchnumpy().values())
    cut = int(TRAIN_SHARE * len(log.user))
    train = log.part(slice(0, cut))
    band = _band(train.duration_ms)
    long_ratio = np.full(len(LENGTH_EDGES), np.inf)
    for k in range(len(LENGTH_EDGES)):
        mine = train.ratio[band == k]
        if len(mine) >= LEAST_VIEWS:
            long_ratio[k] = np.quantile(mine, LONG_VIEW_QUANTILE)
    return Source(
        train=train,
        holdout=log.part(slice(cut, None)),
        dense=dense,
        long_ratio=long_ratio,
        users=int(max(log.user.max(), dense.user.max())) + 1,
        videos=int(max(log.video.max(), dense.video.max())) + 1,
    )
