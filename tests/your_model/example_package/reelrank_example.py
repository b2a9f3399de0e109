"""A candidate source and a ranker that need nothing of Reelrank but its two interfaces."""

import numpy as np
from scipy import sparse


def same_author(log, con, *, seed, threads):  # noqa: ARG001
    """Propose videos of the authors whom the user viewed long, the more often the higher."""
    found = con.execute(
        "select video_id, author_id from features.video_profiles where author_id is not null"
    ).fetchnumpy()
    is_known = np.isin(found["video_id"], log.video_ids)
    places = np.searchsorted(log.video_ids, found["video_id"][is_known])
    authors = np.unique(found["author_id"][is_known], return_inverse=True)[1]
    by_author = sparse.csr_matrix(
        (np.ones(len(places), np.float32), (places, authors)), (len(log.video_ids), len(authors))
    )
    liked = log.matrix(log.weights["long_view_count"]) @ by_author

    def score(users):
        scores = (liked[users] @ by_author.T).toarray().astype(np.float32)
        scores[scores == 0] = -np.inf
        return scores

    return score


def fit_ridge(rows, *, seed, threads):  # noqa: ARG001
    """Fit a linear model of long views on the features, unknown ones at their mean."""
    X = _matrix(rows.features)
    mean, spread = np.nanmean(X, axis=0), np.nanstd(X, axis=0) + 1e-9
    X = np.nan_to_num((X - mean) / spread)
    weights = np.linalg.solve(X.T @ X + 100 * np.eye(X.shape[1]), X.T @ (rows.is_long_view - 0.2))
    return lambda features: np.nan_to_num((_matrix(features) - mean) / spread) @ weights


def _matrix(features):
    columns = [column.to_numpy().astype(np.float64) for column in features.columns]
    return np.stack(columns, axis=1)
