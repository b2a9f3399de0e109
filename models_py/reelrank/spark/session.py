"""The session that dbt's target `spark` has, and SQL that dbt writes for it."""

import os
from pathlib import Path

from dbt.cli.main import dbtRunner
from pyspark.sql import SparkSession

from reelrank.errors import UserError

PROJECT = Path(__file__).resolve().parents[3]


def features_sql(lake: Path, feature_set: str) -> tuple[SparkSession, str]:
    """Open the session of a lake; also the query that joins features to a view `moments`.

    dbt writes the query and opens the session, by the settings of profiles.yml.
    """
    os.environ["REELRANK_LAKE"] = str(lake)
    target = "connect" if os.environ.get("SPARK_REMOTE") else "spark"
    query = "{{ ranker_features('moments', '" + feature_set + "') }}"
    ended = dbtRunner().invoke(
        ["--log-level", "none", "compile", "--target", target, "--inline", query]
        + ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    )
    if not ended.success:
        raise UserError(
            f"dbt cannot open the lake {lake}: {ended.exception or 'the query does not compile'}.",
            "Try: bash scripts/spark.sh test --select staging.load_report",
        )
    session = SparkSession.getActiveSession() or SparkSession.builder.getOrCreate()
    return session, ended.result.results[0].node.compiled_code
