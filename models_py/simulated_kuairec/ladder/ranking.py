"""Ranking quality on the dense matrix: every dense video ranked for every dense user."""

from dataclasses import dataclass

import numpy as np
from reelrank.evaluation.ranking import ndcg, top_rows


@dataclass(frozen=True)
class Board:
    """The dense matrix as a grid.

    Attributes
    ----------
    users, videos : int64 (n_users,), (n_videos,)
        Ids of rows and columns.
    row, column : int64 (n,)
        Place of each dense view in the grid.
    """

    users: np.ndarray
    videos: np.ndarray
    row: np.ndarray
    column: np.ndarray

    def grid(self, values: np.ndarray) -> np.ndarray:
        """Lay values of the dense views out; float64 (n_users, n_videos), NaN where absent."""
        out = np.full((len(self.users), len(self.videos)), np.nan)
        out[self.row, self.column] = values
        return out


def build_board(user: np.ndarray, video: np.ndarray) -> Board:
    """Build the grid of dense views (n,)."""
    users, row = np.unique(user, return_inverse=True)
    videos, column = np.unique(video, return_inverse=True)
    return Board(users, videos, row, column)


def ndcg_and_precision(scores: np.ndarray, relevant: np.ndarray, k: int) -> tuple[float, float]:
    """Return nDCG@k and Precision@k, averaged over users with at least one relevant video.

    Binary gain, log2 discount, ideal over the user's relevant videos.

    Parameters
    ----------
    scores : float64 (n_users, n_videos)
        Higher ranks first.
    relevant : float64 (n_users, n_videos)
        1, 0, or NaN where the pair is absent and so not ranked.
    k : int
        Length of the list.
    """
    able = np.nansum(relevant, axis=1) > 0
    rows, columns = np.nonzero(~np.isnan(relevant[able]))
    hits = relevant[able][rows, columns] > 0
    first = top_rows(rows, scores[able][rows, columns], k)
    found = hits[first] & (first >= 0)
    return float(ndcg(found, np.bincount(rows, hits).astype(int), k).mean()), float(found.mean())
