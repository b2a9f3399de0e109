"""The best reachable value on simulated data, from the truth that the simulation keeps."""

from typing import Literal, Protocol

import numpy as np

from reelrank.evaluation.orderings import ABOVE_ONE, BOTH, LONG_VIEW
from reelrank.evaluation.rows import JudgedRows
from reelrank.exact_math import log
from reelrank.progress import progress, say
from reelrank.threads import in_order

ROWS_AT_ONCE = 500_000
LOCAL_HOURS = 8  # simulated logs are of Asia/Shanghai


class Truth(Protocol):
    """What `simulated_kuairec.truth.load_truth` returns."""

    def probability_above(
        self,
        user_ids: np.ndarray,
        video_ids: np.ndarray,
        ratio: np.ndarray | float,
        at: np.ndarray | None = None,
        matrix: Literal["big", "small"] = "small",
    ) -> np.ndarray:
        """Probability that watch_ratio exceeds `ratio`, float64 (n,); (k, n) of k ratios each."""
        ...

    def video_side(self, video_ids: np.ndarray) -> np.ndarray:
        """Return what videos add to log play time, for all and by taste, float64 (n, 1 + k)."""
        ...


def row_truth(rows: JudgedRows, truth: Truth, threads: int = 1) -> dict[str, np.ndarray] | None:
    """Probability of being relevant, relevance -> float64 (n_rows,); None if it does not fit.

    Events are judged at their time, in the behaviour of the matrix they come from; dense pairs
    without time by only the lasting taste. The truth does not belong to the outcomes if the
    folder was simulated again after the database was built; then it explains them worse than one
    average does.
    """
    col = rows.columns
    at = np.ma.filled(col["event_at"].astype("datetime64[us]").astype(np.float64), np.nan)
    at = at / 1e6 - LOCAL_HOURS * 3600
    users, videos = rows.users[rows.lists.numbers], rows.video_ids
    found = {relevance: np.empty(len(users)) for relevance in BOTH}

    def ask(some: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Chances of rows that are of one matrix, and either all timed or none."""
        is_timed, is_dense = np.isfinite(at[some[0]]), col["is_dense"][some[0]]
        ratios = np.stack([np.ones(len(some)), col["threshold"][some]])
        when, matrix = at[some] if is_timed else None, "small" if is_dense else "big"
        return some, truth.probability_above(users[some], videos[some], ratios, when, matrix)

    kinds = [
        np.flatnonzero((col["is_dense"] == is_dense) & (np.isfinite(at) == is_timed))
        for is_dense in (True, False)
        for is_timed in (True, False)
    ]
    pieces = (
        piece
        for kind in kinds
        if len(kind)
        for piece in np.array_split(kind, max(len(kind) // ROWS_AT_ONCE, 1))
    )
    with progress("true preferences", len(users)) as done:
        for some, (above_one, long_view) in in_order(ask, pieces, threads):
            found[ABOVE_ONE][some], found[LONG_VIEW][some] = above_one, long_view
            done(len(some))
    once = col["is_dense"] | col["is_first"]
    if _explains(found[ABOVE_ONE][once], col["is_above_one"][once]):
        return found
    say("  The truth beside the data is not that of the database: no best reachable value.")
    say("  The source was simulated again; bring the database up to date with dbt run.")
    return None


def _explains(probability: np.ndarray, outcome: np.ndarray) -> bool:
    """Whether probabilities have at least the log likelihood of the outcomes' mean."""

    def log_likelihood(p: np.ndarray) -> float:
        p = np.clip(p, 1e-6, 1 - 1e-6)
        return float(log(np.where(outcome, p, 1 - p)).mean())

    return log_likelihood(probability) >= log_likelihood(np.full(len(outcome), outcome.mean()))
