"""Which run is the latest: the one published last, as view ml.latest_run says too."""

import duckdb

from reelrank.errors import UserError
from reelrank.warehouse.checks import check_results_version
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


def find_run(
    con: duckdb.DuckDBPyConnection, run_id: str | None = None, preset: str | None = None
) -> dict:
    """Return the row of ml.runs that was asked for, by default the run published last.

    Parameters
    ----------
    preset : str, optional
        Only among runs of this preset.

    Raises
    ------
    UserError
        If nothing was trained yet, no run has that name, or the layout is another version's.
    """
    check_results_version(con)
    runs = published_runs(con, preset)
    if not runs and preset:
        raise UserError(
            f"There is no run of preset {preset}.", f"Train it: reelrank train --preset {preset}"
        )
    if not runs:
        raise UserError("The database holds no training run.", "Train first: reelrank train")
    for run in runs:
        if run_id in (None, run["run_id"]):
            return run
    known = ", ".join(str(run["run_id"]) for run in runs)
    raise UserError(f"No run is called {run_id!r}.", f"Choose one of: {known}")


def judged_models(con: duckdb.DuckDBPyConnection, run_id: str) -> set[str]:
    """Name the models that `reelrank judge` put beside those of a run."""
    if not has_table(con, "ml", "judged_models"):  # of an earlier version
        return set()
    found = con.execute(
        "select model from ml.judged_models where run_id = $run_id", {"run_id": run_id}
    )
    return {model for (model,) in found.fetchall()}
