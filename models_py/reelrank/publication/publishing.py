"""Write a finished run to schema ml: all of it in one transaction, or nothing."""

import json
from dataclasses import dataclass
from datetime import datetime

import duckdb

from reelrank.publication.latest import published_runs
from reelrank.warehouse.checks import ML_SCHEMA_VERSION
from reelrank.warehouse.sql import read_sql
from reelrank.warehouse.transactions import in_one_transaction

# temp table run_<name> feeds ml.<name>; ordered so that one user's rows are together
ORDERS = {
    "user_factors": "user_id",
    "video_factors": "video_id",
    "embedding_vectors": "entity, entity_id",
    "candidates": "user_id, rank",
    "recommendations": "user_id, rank",
    "predictions": "protocol, user_id, video_id, event_at",
    "metrics": "protocol, relevance, model, metric, k",
    "comparisons": "protocol, relevance, metric, k, model, baseline",
    "user_metrics": "protocol, relevance, model, user_id, k",
    "user_errors": "protocol, model, user_id",
    "user_chances": "protocol, relevance, model, user_id, k",
    "calibration": "protocol, head, bin",
    "feature_importances": "head, gain desc, feature",
    "explanations": "user_id, video_id, position",
    "models": "head",
    "costs": "model",
}
# rows that are made in this order: to sort them again took as long as to write them
MADE_IN_ORDER = ("candidates", "recommendations", "user_metrics", "user_chances")
# whose id a row of embedding_vectors has, as people know it; texts where those are texts
SHOWN_ID = """case
    when shown_id is not null then shown_id
    when contains(entity, 'prior') or contains(entity, 'new_user') then null
    when contains(entity, 'user') then main.user_shown(entity_id)::varchar
    when contains(entity, 'video') then main.video_shown(entity_id)::varchar
    when contains(entity, 'author') then main.author_shown(entity_id)::varchar
    when contains(entity, 'tag') then main.tag_shown(entity_id)::varchar
    else entity_id::varchar
end as shown_id"""
HEAVY_TABLES = ("predictions", "candidates", "explanations", "user_chances", "judged_scores")
# with the heavy ones, what a run is besides its record
WHOLE_TABLES = ("user_factors", "video_factors", "embedding_vectors", "recommendations", "models")
# of these, an earlier run keeps what compare_runs pairs it by: its own models, lists of ten
THINNED = {
    "user_metrics": "not (k = 10 and model in ('two_stage', 'ranker', 'als'))",
    "user_errors": "model <> 'ranker'",
}
# what other commands put beside a run, and which goes with its record
BESIDE = (
    "judged_models",
    "judged_scores",
    "offline_values",
    "offline_differences",
    "offline_verdicts",
    "experiments",
    "experiments_arms",
    "experiments_checks",
    "experiments_effects",
    "experiments_days",
    "experiments_interleaved",
)


@dataclass(frozen=True)
class Keep:
    """How many runs stay, the new one included.

    Attributes
    ----------
    runs : int
        With lists and vectors; the largest tables are only of the last run of each preset.
    records : int
        With parameters, versions, metrics and what compare_runs needs.
    """

    runs: int
    records: int


@dataclass(frozen=True)
class RunRecord:
    """The row of ml.runs; see schema.sql for what each column holds."""

    run_id: str
    preset: str
    started_at: datetime
    finished_at: datetime
    data_source: str
    is_simulated: bool
    data_dir: str
    seed: int
    parameters: dict
    row_counts: dict
    durations: dict
    versions: dict

    def values(self) -> dict[str, object]:
        """Values by column, dicts as JSON text."""
        return {
            name: json.dumps(value, default=str) if isinstance(value, dict) else value
            for name, value in vars(self).items()
        }


def new_run_id(con: duckdb.DuckDBPyConnection, started_at: datetime, preset: str) -> str:
    """Make a name that no run of the database has: start in UTC and preset."""
    return free_name(con, f"{started_at:%Y%m%dT%H%M%SZ}-{preset}")


def free_name(con: duckdb.DuckDBPyConnection, base: str) -> str:
    """Give `base`, or `base` with a number if another run took it while this one was trained."""
    taken = {run["run_id"] for run in published_runs(con)}
    return next(
        name
        for name in [base, *(f"{base}-{number}" for number in range(2, 10_000))]
        if name not in taken
    )


def publish(
    con: duckdb.DuckDBPyConnection, record: RunRecord, candidate_model: str, keep: Keep
) -> None:
    """Write the temp tables run_* of a finished run, and let old runs go.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        With the file attached for writing.
    candidate_model : str
        The proposer in run_candidates whose lists are kept.
    keep : Keep

    Raises
    ------
    UserError
        If DuckDB cannot write, if the disk is full, for example; nothing has changed then.
    """
    with in_one_transaction(con):
        _write(con, record, candidate_model, keep)


def _write(
    con: duckdb.DuckDBPyConnection, record: RunRecord, candidate_model: str, keep: Keep
) -> None:
    prepare_results(con)
    con.execute(read_sql("publication/beside.sql"))
    con.execute(
        "insert into ml.schema_version select $version where not exists (from ml.schema_version)",
        {"version": ML_SCHEMA_VERSION},
    )
    opened = con.execute(
        "select coalesce(max(test_opened_count), 0)"
        " + (exists (from run_metrics where protocol = 'dense_test'))::integer from ml.runs"
    ).fetchone()[0]
    add_columns(con, candidate_model)
    _forget(con, record.preset, keep)
    con.execute(
        "insert into ml.runs by name select"
        " $run_id as run_id, $preset as preset, $started_at as started_at,"
        " $finished_at as finished_at, $data_source as data_source,"
        " $is_simulated as is_simulated, $data_dir as data_dir, $seed as seed,"
        " $parameters as parameters, $row_counts as row_counts, $durations as durations,"
        " $versions as versions, $test_opened_count as test_opened_count",
        record.values() | {"test_opened_count": opened},
    )
    for table, order in ORDERS.items():
        write_table(con, table, order, record.run_id, candidate_model)


def prepare_results(con: duckdb.DuckDBPyConnection) -> None:
    """Create what is missing of schema ml, empty; what is there stays, to the byte.

    Where the schema has its layout, nothing is executed: a build that is then refused must leave
    the file as it was.
    """
    layout = "from duckdb_views() where (schema_name, view_name) = ('ml', 'latest_run')"
    tables = "from duckdb_tables() where (schema_name, table_name) = ('ml', 'costs')"
    if con.execute(layout).fetchone() and con.execute(tables).fetchone():
        return
    view = "from duckdb_views() where (schema_name, view_name) = ('ml', 'metrics')"
    if con.execute(view).fetchone():  # an earlier version said there that nothing is trained
        con.execute("drop view ml.metrics")
    con.execute(read_sql("publication/schema.sql"))
    con.execute(read_sql("publication/beside.sql"))
    con.execute(read_sql("publication/latest_run.sql"))


def add_columns(con: duckdb.DuckDBPyConnection, candidate_model: str) -> None:
    """Give ml tables the columns of a new metric, source of candidates or ranker.

    DuckDB alters no table of which rows were deleted or added in the same transaction.
    """
    for table in ("user_metrics", "candidates", "predictions"):
        known = {"model", *_columns(con, f"ml.{table}")}
        for name, kind in _columns(con, _source(table, candidate_model)).items():
            if name not in known:
                con.execute(f"alter table ml.{table} add column {name} {kind}")


def _source(table: str, candidate_model: str) -> str:
    """Name the temp table that feeds ml.<table>."""
    is_union = table == "candidates" and candidate_model == "union"
    return "list_candidates" if is_union else f"run_{table}"


def write_table(
    con: duckdb.DuckDBPyConnection, table: str, order: str, run_id: str, candidate_model: str
) -> None:
    """Copy run_<table> to ml.<table>, in an order that keeps a user's rows together."""
    source = _source(table, candidate_model)
    columns = _columns(con, source)
    dropped = [name for name in ("run_id", "model") if name in columns]
    values = {"run_id": run_id}
    condition = ""
    if source == "run_candidates":
        condition = "where model = $model"
        values["model"] = candidate_model
    else:
        dropped = [name for name in dropped if name == "run_id"]
    exclude = f"exclude ({', '.join(dropped)})" if dropped else ""
    shown = [
        f"main.{name.removesuffix('_id')}_shown({name}) as {name}"
        for name in columns
        if name in ("user_id", "video_id")
    ]
    if table == "embedding_vectors":
        shown.append(SHOWN_ID)
    replace = f"replace ({', '.join(shown)})" if shown else ""
    order = "" if table in MADE_IN_ORDER else f"order by {order}"
    con.execute(
        f"insert into ml.{table} by name select $run_id as run_id, * {exclude} {replace}"
        f" from (from {source} {condition} {order})",  # sorted without the text that all share
        values,
    )


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """Types of the columns of a table, by name."""
    return {name: kind for name, kind, *_ in con.execute(f"describe {table}").fetchall()}


def _forget(con: duckdb.DuckDBPyConnection, preset: str, keep: Keep) -> None:
    """Delete what earlier runs no longer keep."""
    runs = published_runs(con)
    gone = runs[max(keep.records, keep.runs) - 1 :]
    no_longer_whole = runs[keep.runs - 1 :]
    no_longer_last = no_longer_whole + [run for run in runs if run["preset"] == preset]
    for tables, forgotten in (
        (dict.fromkeys((*ORDERS, *BESIDE, "runs"), "true"), gone),
        (dict.fromkeys(WHOLE_TABLES, "true"), no_longer_whole),
        (dict.fromkeys(HEAVY_TABLES, "true") | THINNED, no_longer_last),
    ):
        for table, condition in tables.items():
            con.execute(
                f"delete from ml.{table}"
                f" where run_id in (select unnest($runs::varchar[])) and {condition}",
                {"runs": [run["run_id"] for run in forgotten]},
            )
