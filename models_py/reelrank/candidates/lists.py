"""From scores to lists: the best videos per user, full wherever the catalogue allows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy import sparse

from reelrank.candidates.scoring import UNKNOWN, Scorer, best
from reelrank.candidates.train_log import TrainLog
from reelrank.progress import ignore
from reelrank.threads import in_order

USERS_AT_ONCE = 512  # 512 x 10,728 float32 scores are 22 MB


@dataclass(frozen=True)
class Candidates:
    """Lists of candidates, one entry per (user, rank), users in the order asked for.

    Attributes
    ----------
    user_id, video_id : int32 (n,)
    rank : int16 (n,)
        From 1, best first.
    score : float32 (n,)
        Of the source that proposed the video.
    source : list of str and int8 (n,)
        Names, and for each entry the position of its name.
    """

    user_id: np.ndarray
    video_id: np.ndarray
    rank: np.ndarray
    score: np.ndarray
    source_names: list[str]
    source: np.ndarray

    def to_arrow(self) -> pa.Table:
        """Table with the columns of ml.candidates, without the run."""
        names = pa.DictionaryArray.from_arrays(pa.array(self.source), self.source_names)
        return pa.table(
            {
                "user_id": self.user_id,
                "rank": self.rank,
                "video_id": self.video_id,
                "score": self.score,
                "source": names,
            }
        )


def propose(
    log: TrainLog,
    users: np.ndarray,
    count: int,
    name: str,
    scorer: Scorer,
    *,
    fallback: str,
    fallback_order: np.ndarray,
    blocked: sparse.csr_matrix | None = None,
    allowed: sparse.csr_matrix | None = None,
    threads: int = 1,
    on_users: Callable[[float], None] = ignore,
) -> Candidates:
    """List the best `count` videos of each user by a scorer, filled up by the fallback.

    Parameters
    ----------
    users : int (n,)
        Positions in `log.user_ids`.
    name, fallback : str
        Names of the source and of the fallback, kept with each candidate.
    fallback_order : int32 (n_videos,)
        Positions of videos, best first.
    blocked : csr (n_users, n_videos), optional
        Pairs that must not be proposed: what the user watched.
    allowed : csr (n_users, n_videos), optional
        The only pairs that may be proposed.
    on_users : callable
        Called with the number of users done.
    """

    def list_some(chunk: np.ndarray) -> tuple[np.ndarray, ...]:
        closed = _closed(len(log.video_ids), chunk, blocked, allowed)
        positions, values = best(np.where(closed, UNKNOWN, scorer(chunk)), count)
        is_fill = positions < 0
        _fill(positions, values, closed, fallback_order)
        on_users(len(chunk))
        return chunk, positions, values, is_fill

    starts = range(0, max(len(users), 1), USERS_AT_ONCE)  # once for no users: empty lists
    chunks = (users[start : start + USERS_AT_ONCE] for start in starts)
    return _flatten(log, list(in_order(list_some, chunks, threads)), [name, fallback])


def _closed(
    video_count: int,
    users: np.ndarray,
    blocked: sparse.csr_matrix | None,
    allowed: sparse.csr_matrix | None,
) -> np.ndarray:
    """Which videos may not be proposed, bool (n, n_videos)."""
    closed = np.zeros((len(users), video_count), bool)
    if allowed is not None:
        closed = allowed[users].toarray() == 0
    if blocked is not None:
        closed |= blocked[users].toarray() != 0
    return closed


def _fill(
    positions: np.ndarray, values: np.ndarray, closed: np.ndarray, fallback_order: np.ndarray
) -> None:
    """Fill the places with position -1, in place; scores fall on below the last one."""
    for row in np.flatnonzero((positions < 0).any(axis=1)):
        have = int((positions[row] >= 0).sum())
        taken = closed[row].copy()
        taken[positions[row, :have]] = True
        more = fallback_order[~taken[fallback_order]][: positions.shape[1] - have]
        last = values[row, have - 1] if have else np.float32(0)
        positions[row, have : have + len(more)] = more
        values[row, have : have + len(more)] = last - np.arange(1, len(more) + 1)


def _flatten(log: TrainLog, parts: list[tuple], source_names: list[str]) -> Candidates:
    users = np.concatenate([part[0] for part in parts])
    positions = np.concatenate([part[1] for part in parts])
    values = np.concatenate([part[2] for part in parts])
    is_fill = np.concatenate([part[3] for part in parts])
    rows, places = np.nonzero(positions >= 0)
    return Candidates(
        user_id=log.user_ids[users[rows]],
        video_id=log.video_ids[positions[rows, places]],
        rank=(places + 1).astype(np.int16),
        score=values[rows, places],
        source_names=source_names,
        source=is_fill[rows, places].astype(np.int8),
    )
