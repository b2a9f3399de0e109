"""What the page says, read from the database in one go."""

import json
from dataclasses import dataclass, field

import duckdb

from reelrank.errors import UserError
from reelrank.evaluation.next_list import NextList, next_list
from reelrank.warehouse.sql import has_table, read_sql, rows_of

Row = dict[str, object]


@dataclass(frozen=True)
class Person:
    """One of the ten users shown in full."""

    user: Row
    history: list[Row]
    candidates: list[Row]
    final: list[Row]


@dataclass(frozen=True)
class Facts:
    """Everything of one run that the page shows; lists hold one dict per row of their query."""

    run: Row
    metrics: list[Row]
    comparisons: list[Row]
    calibration: list[Row]
    residuals: list[Row]
    importances: list[Row]
    shap_points: list[Row]
    quality_by_activity: list[Row]
    recall_by_age: list[Row]
    error_by_age: list[Row]
    popularity: list[Row]
    freshness: list[Row]
    next_list: NextList
    data_quality: list[Row]
    people: list[Person]
    experiments: list[Row] = field(default_factory=list)
    offline: list[Row] = field(default_factory=list)

    @property
    def is_simulated(self) -> bool:
        """Whether every number of the page is about simulated people."""
        return bool(self.run["is_simulated"])

    @property
    def stage_one(self) -> str:
        """The source of candidates that the second stage put in order."""
        parameters = json.loads(str(self.run["parameters"]))
        return str(parameters.get("candidates", {}).get("source", "als"))

    def metric(
        self, protocol: str, relevance: str, metric: str, k: int | None, model: str
    ) -> Row | None:
        """Return the row of one value, None where the run has none."""
        wanted = (protocol, relevance, metric, k, model)
        names = ("protocol", "relevance", "metric", "k", "model")
        for row in self.metrics:
            if tuple(row[name] for name in names) == wanted:
                return row
        return None


def read_facts(con: duckdb.DuckDBPyConnection, run: Row) -> Facts:
    """Read everything that the page says about a run.

    Raises
    ------
    UserError
        If the tables of dbt that it needs are missing.
    """
    bound = {"run_id": run["run_id"]}
    con.execute(read_sql("report/sql/half_width.sql"))
    try:
        return Facts(
            run=run,
            metrics=_query(con, "metrics", bound),
            comparisons=_query(con, "comparisons", bound),
            calibration=_query(con, "calibration", bound),
            residuals=_query(con, "residuals", bound),
            importances=_query(con, "importances", bound),
            shap_points=_query(con, "shap_points", bound),
            quality_by_activity=_query(con, "quality_by_activity", bound),
            recall_by_age=_query(con, "recall_by_age", bound),
            error_by_age=_query(con, "error_by_age", bound),
            popularity=_query(con, "popularity", bound),
            freshness=_query(con, "freshness", bound),
            next_list=next_list(con, str(run["run_id"])),
            data_quality=_query(con, "data_quality", {}),
            people=_read_people(con, bound),
            experiments=_beside(con, "experiments", "experiments_interleaved", bound),
            offline=_beside(con, "offline", "offline_verdicts", bound),
        )
    except duckdb.CatalogException as error:
        raise UserError(
            f"The database lacks what the page shows: {str(error).splitlines()[0]}",
            "Build it again: dbt run, then python models_py/train.py",
        ) from error


def _read_people(con: duckdb.DuckDBPyConnection, bound: Row) -> list[Person]:
    users = _query(con, "people", bound)
    numbers = [user["user_id"] for user in users]
    histories = _query(con, "people_history", {"users": numbers})
    lists = _query(con, "people_lists", {**bound, "users": numbers})
    lists = _with_parts(con, lists, bound)
    return [
        Person(
            user=user,
            history=[row for row in histories if row["user_id"] == user["user_id"]],
            candidates=_of(lists, user, "candidates"),
            final=_of(lists, user, "final"),
        )
        for user in users
    ]


def _beside(con: duckdb.DuckDBPyConnection, name: str, table: str, bound: Row) -> list[Row]:
    """Return what another command put beside the run; a run of an earlier version has none."""
    return _query(con, name, bound) if has_table(con, "ml", table) else []


def _with_parts(con: duckdb.DuckDBPyConnection, lists: list[Row], bound: Row) -> list[Row]:
    """Add the parts of the chance of a long view; list_parts() knows those of the latest run."""
    (latest,) = con.execute("select max(run_id) from ml.latest_run").fetchone()
    if bound["run_id"] != latest:
        return lists
    parts = {
        (user, part["video_id"]): part
        for user in {row["user_id"] for row in lists}
        for part in _rows(con, "from list_parts($user)", {"user": user})
        if part["level"] is not None
    }
    return [{**row, "parts": parts.get((row["user_id"], row["video_id"]))} for row in lists]


def _of(lists: list[Row], user: Row, stage: str) -> list[Row]:
    """Return the rows of one user's list at one stage."""
    return [r for r in lists if (r["user_id"], r["stage"]) == (user["user_id"], stage)]


def _query(con: duckdb.DuckDBPyConnection, name: str, bound: Row) -> list[Row]:
    return _rows(con, read_sql(f"report/sql/{name}.sql"), bound)


def _rows(con: duckdb.DuckDBPyConnection, query: str, bound: Row) -> list[Row]:
    found = con.execute(query, bound)
    return rows_of(found)
