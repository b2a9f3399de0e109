"""What lists are like apart from their hits: coverage, concentration, popularity, diversity."""

import duckdb

from reelrank.evaluation import sql
from reelrank.evaluation.orderings import CUTOFFS

DIVERSITY_DEPTH = 20  # the pairs of longer lists are too many


def describe_current(
    con: duckdb.DuckDBPyConnection, run_id: str, model: str, judged_as: str
) -> None:
    """Describe the lists in table `judge_top`.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        Connection with `judge_top`; adds to `judge_values` and `run_metrics`.
    run_id, model : str
        Keys of the results.
    judged_as : str
        Which protocol's lists in `judge_top`: dense stands for dense_end_to_end.
    """
    protocol = "dense_end_to_end" if judged_as == "dense" else judged_as
    keys = {"model": model, "protocol": protocol, "judged_as": judged_as}
    cutoffs = list(CUTOFFS)
    sql.run(con, "shown/popularity", **keys, cutoffs=cutoffs)
    sql.run(con, "shown/tag_diversity", **keys, cutoffs=cutoffs, longest=DIVERSITY_DEPTH)
    sql.run(con, "shown/concentration", **keys, run_id=run_id, cutoffs=cutoffs)
