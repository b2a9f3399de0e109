"""Put a judged model beside those of its run, in one transaction."""

import json
from datetime import UTC, datetime

import duckdb

from reelrank.warehouse.sql import read_sql
from reelrank.warehouse.transactions import in_one_transaction
from reelrank.your_model.judging import Verdict

RESULTS = ("metrics", "comparisons", "user_metrics", "user_chances")
# further protocols that are judged with one that is covered
ALONG = {
    "dense": ("dense", "dense_tune", "dense_test", "dense_end_to_end"),
    "holdout": ("holdout",),
    "holdout_with_repeats": ("holdout_with_repeats",),
    "end_to_end": ("end_to_end", "end_to_end_truth"),
}


def publish_verdict(con: duckdb.DuckDBPyConnection, verdict: Verdict) -> None:
    """Write the temp tables run_* and what the model said; its earlier rows there give way.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        With the file attached for writing.

    Raises
    ------
    UserError
        If DuckDB cannot write; nothing has changed then.
    """
    with in_one_transaction(con):
        con.execute(read_sql("publication/beside.sql"))
        _replace(con, verdict)


def _replace(con: duckdb.DuckDBPyConnection, verdict: Verdict) -> None:
    protocols = [name for covered in verdict.protocols for name in ALONG[covered]]
    keys = {"run_id": verdict.run_id, "name": verdict.name, "protocols": protocols}
    for table in (*RESULTS, "judged_scores"):
        either = "$name in (model, baseline)" if table == "comparisons" else "model = $name"
        con.execute(
            f"delete from ml.{table} where run_id = $run_id and {either}"
            " and protocol in (select unnest($protocols))",
            keys,
        )
    for table in RESULTS:
        ids = "replace (main.user_shown(user_id) as user_id)" if table.startswith("user") else ""
        con.execute(f"insert into ml.{table} by name select * {ids} from run_{table}")
    con.execute(
        read_sql("your_model/sql/insert_scores.sql"),
        {"run_id": verdict.run_id, "name": verdict.name, "protocols": verdict.protocols},
    )
    _record(con, verdict)


def _record(con: duckdb.DuckDBPyConnection, verdict: Verdict) -> None:
    """Write the row of ml.judged_models, with the protocols of earlier files of this name."""
    keys = {"run_id": verdict.run_id, "name": verdict.name}
    (earlier,) = con.execute(
        "select coalesce(flatten(list(protocols)), []) from ml.judged_models"
        " where run_id = $run_id and model = $name",
        keys,
    ).fetchone()
    con.execute("delete from ml.judged_models where run_id = $run_id and model = $name", keys)
    con.execute(
        "insert into ml.judged_models values"
        " ($run_id, $name, $judged_at, $kind, $row_count, $coverage, $protocols)",
        keys
        | {
            "judged_at": datetime.now(UTC).replace(tzinfo=None),
            "kind": verdict.file.kind,
            "row_count": verdict.file.row_count,
            "coverage": json.dumps(verdict.coverage),
            "protocols": sorted({*earlier, *verdict.protocols}),
        },
    )
