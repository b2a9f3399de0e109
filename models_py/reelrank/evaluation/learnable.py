"""What can be learned of simulated users: a bound for any model that sees only their events.

The oracle knows each user's taste, which nobody can learn exactly from a few hundred watches. Here
the video side is the true one, and only the users are estimated, each from the own events.
"""

import duckdb
import numpy as np

from reelrank.embeddings.play_time import fit_users_alone, play_vectors, read_levels, read_play_log
from reelrank.embeddings.vectors import store_vectors
from reelrank.evaluation.oracle import Truth
from reelrank.evaluation.orderings import ABOVE_ONE, LONG_VIEW
from reelrank.evaluation.rows import JudgedRows
from reelrank.presets import read_preset
from reelrank.warehouse.sql import read_sql

BLOCK = -1  # of the vectors: no block of train
LEARNABLE = """
select place, play_log_expected - ln(video_duration_ms) as above_one, play_margin
from rows_with_embeddings('asked_dense_rows', $block)
"""


def learnable_scores(
    con: duckdb.DuckDBPyConnection, rows: JudgedRows, truth: Truth, threads: int = 1
) -> dict[str, np.ndarray]:
    """Score the dense rows, relevance -> float64 (n_rows,); NaN for all other rows.

    The tables of `make_vector_tables` must be there.
    """
    log = read_play_log(con, only_dense_users=True)
    taste = fit_users_alone(
        log,
        read_levels(con, log, None),
        read_preset("default").embeddings.play_time,
        truth.video_side(log.video_ids),
        threads,
    )
    store_vectors(con, BLOCK, play_vectors(log, taste))
    con.execute(read_sql("evaluation/sql/asked_dense_rows.sql"))
    found = con.execute(LEARNABLE, {"block": BLOCK}).fetchnumpy()
    scores = {}
    for relevance, column in ((ABOVE_ONE, "above_one"), (LONG_VIEW, "play_margin")):
        scores[relevance] = np.full(len(rows.videos), np.nan)
        scores[relevance][found["place"]] = found[column]
    return scores
