"""What users and videos are without their events, as columns of numbers."""

import duckdb
import numpy as np

from reelrank.warehouse.sql import read_sql

EXACT = 64  # values of a kind that get a column each; more than these share columns by their hash
SHARED = 64  # such columns of a kind


def read_contents(
    con: duckdb.DuckDBPyConnection,
    user_ids: np.ndarray,
    video_ids: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Read the content of users and of videos, the age of videos as of the last day.

    Returns
    -------
    users, videos : float32 (n_users, n_user_columns), (n_videos, n_video_columns)
    """
    con.execute(read_sql("embeddings/words.sql"))
    users = con.execute(read_sql("neural/user_content.sql"))
    users = _placed(users.fetchnumpy(), user_ids)
    videos = con.execute(read_sql("neural/video_content.sql"))
    return users, _placed(videos.fetchnumpy(), video_ids)


def _placed(found: dict[str, np.ndarray], ids: np.ndarray) -> np.ndarray:
    """Lay the values out, float32 (n_ids, n_columns), kind after kind.

    Values that share columns are added with the sign that their hash gives, so that collisions
    cancel on average (Weinberger et al. 2009, Feature hashing for large scale multitask learning).
    """
    is_known = np.isin(found["id"], ids)
    rows = np.searchsorted(ids, found["id"][is_known])
    values = np.ma.getdata(found["value"])[is_known].astype(np.int64)
    kinds, weights = found["kind"][is_known], found["weight"][is_known]
    parts = []
    for kind in np.unique(kinds):
        of_kind = kinds == kind
        names, columns = np.unique(values[of_kind], return_inverse=True)
        signs, width = np.float32(1), len(names)
        if width > EXACT:
            mixed = values[of_kind] * 2654435761 % 2**32  # Knuth, as in evaluation/split.py
            columns, signs, width = mixed >> 26, np.where(mixed >> 25 & 1, 1, -1), SHARED
        part = np.zeros((len(ids), width), np.float32)
        np.add.at(part, (rows[of_kind], columns), weights[of_kind] * signs)
        parts.append(part)
    return np.concatenate(parts, axis=1) if parts else np.zeros((len(ids), 1), np.float32)
