"""The best reachable value on simulated data, from the truth that the simulation keeps."""

from typing import Literal, Protocol

import duckdb
import numpy as np
import pyarrow as pa

from reelrank.evaluation import sql
from reelrank.progress import progress, say

ROWS_AT_ONCE = 500_000


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
        """Probability that watch_ratio exceeds `ratio`, float64 (n,)."""
        ...


def score_rows(con: duckdb.DuckDBPyConnection, truth: Truth) -> bool:
    """Create `judge_truth(row_id, probability_watch_ratio, probability_long_view)`.

    Events are judged at their time, in the behaviour of the matrix they come from; dense
    pairs without time by the lasting taste alone.

    Returns
    -------
    fits : bool
        Whether the truth belongs to the outcomes. It does not if the folder was simulated
        anew after the database was built; then it explains them worse than one average does.
    """
    row_count = con.table("judge_rows").shape[0]
    sql.run(con, "truth/table")
    with progress("true preferences", row_count) as done:
        for is_dense in (True, False):
            for is_timed in (True, False):
                values = {"is_dense": is_dense, "is_timed": is_timed}
                rows = con.execute(sql.text_of("truth/rows"), values).to_arrow_table()
                for batch in rows.to_batches(ROWS_AT_ONCE):
                    _score_batch(con, truth, batch, "small" if is_dense else "big", is_timed)
                    done(batch.num_rows)
    (fits,) = con.execute(sql.text_of("truth/fits")).fetchone()
    if not fits:
        say("  The truth beside the data is not that of the database: no best reachable value.")
        say("  The source was simulated anew; bring the database up to date with dbt run.")
    return fits


def _score_batch(
    con: duckdb.DuckDBPyConnection,
    truth: Truth,
    batch: pa.RecordBatch,
    matrix: Literal["big", "small"],
    is_timed: bool,
) -> None:
    """Add the probabilities of some rows to `judge_truth`."""
    columns = {name: batch[name].to_numpy(zero_copy_only=False) for name in batch.schema.names}
    at = columns["event_unix"] if is_timed else None
    users, videos = columns["user_id"], columns["video_id"]
    found = {
        "row_id": columns["row_id"],
        "probability_watch_ratio": truth.probability_above(users, videos, 1.0, at, matrix),
        "probability_long_view": truth.probability_above(
            users, videos, columns["watch_ratio_threshold"], at, matrix
        ),
    }
    con.register("judge_result", pa.table(found))
    sql.run(con, "truth/insert")
    con.unregister("judge_result")
