"""Which run is the latest: the one published last, as view ml.latest_run says too."""

import duckdb

from reelrank.warehouse.sql import has_table, rows_of


def published_runs(con: duckdb.DuckDBPyConnection, preset: str | None = None) -> list[dict]:
    """Rows of ml.runs, the last published first; none where nothing was ever trained.

    A run is dated when it is published, with the file to itself, so `finished_at` is that order.

    Parameters
    ----------
    preset : str, optional
        Only runs of this preset.
    """
    if not has_table(con, "ml", "runs"):
        return []
    found = con.execute(
        "select * from ml.runs where $preset is null or preset = $preset"
        " order by finished_at desc, run_id desc",
        {"preset": preset},
    )
    return rows_of(found)


def judged_models(con: duckdb.DuckDBPyConnection, run_id: str) -> set[str]:
    """Name the models that `reelrank judge` put beside those of a run."""
    if not has_table(con, "ml", "judged_models"):  # of an earlier version
        return set()
    found = con.execute(
        "select model from ml.judged_models where run_id = $run_id", {"run_id": run_id}
    )
    return {model for (model,) in found.fetchall()}
