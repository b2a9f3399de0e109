"""Put an experiment into schema ml, in one transaction."""

from datetime import UTC, datetime

import duckdb

from reelrank.experiments.running import Experiment
from reelrank.warehouse.sql import read_sql
from reelrank.warehouse.transactions import in_one_transaction

TABLES = ("arms", "checks", "effects", "days", "interleaved")


def publish_experiment(con: duckdb.DuckDBPyConnection, run_id: str, experiment: Experiment) -> None:
    """Write ml.experiments and its tables; an earlier experiment of the name gives way."""
    plan = experiment.plan
    key = {"run_id": run_id, "name": plan.name}
    with in_one_transaction(con):
        con.execute(read_sql("publication/beside.sql"))
        for table in ("experiments", *(f"experiments_{name}" for name in TABLES)):
            con.execute(f"delete from ml.{table} where run_id = $run_id and name = $name", key)
        con.execute(
            "insert into ml.experiments values"
            " ($run_id, $name, $made_at, $policies, $days, $per_day, $salt)",
            key
            | {
                "made_at": datetime.now(UTC).replace(tzinfo=None),
                "policies": [policy.text for policy in plan.policies],
                "days": plan.days,
                "per_day": plan.per_day,
                "salt": plan.salt,
            },
        )
        for name in TABLES:
            for row in getattr(experiment, name):
                row = key | row
                marks = ", ".join(f"${column}" for column in row)
                con.execute(
                    f"insert into ml.experiments_{name} ({', '.join(row)}) values ({marks})", row
                )
