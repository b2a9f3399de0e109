"""Build a lake by `dbt run --target spark`, its views as tables, learn on it, and test it.

python make_lake.py LAKE

With SPARK_TESTS=short `dbt test`, a minute of planning, and the trees of two workers are left out.

In one process, since a Spark takes longer to start than to work here; for the same reason
without a catalog on disk, without compiling queries and with one task for each stage.
"""

import os
import sys
from pathlib import Path

from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from learn_on_lake import learn
from pyspark.sql import SparkSession

FOR_LITTLE = {
    "spark.master": "local[2]",  # two workers fit trees side by side
    "spark.default.parallelism": "1",
    "spark.driver.memory": "2g",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmn900m"
    " -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote -XX:CompileThresholdScaling=3",
    "spark.log.level": "ERROR",
    "spark.executor.heartbeatInterval": "1h",  # a machine may stand still
    "spark.network.timeout": "2h",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.sql.subexpressionElimination.enabled": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def dbt(command: str, manifest: Manifest | None = None) -> dbtRunnerResult:
    """Run a command of dbt; what only extended features need are tables, too."""
    places = ["--target", "spark", "--threads", "2", "--vars", "extended_set: table"]
    return dbtRunner(manifest).invoke(["--no-use-colors", command, *places])


lake = sys.argv[1]
builder = SparkSession.builder.config("spark.sql.warehouse.dir", lake)
builder = builder.config("spark.checkpoint.dir", f"{lake}.checkpoints")
for name, value in FOR_LITTLE.items():
    builder = builder.config(name, value)
spark = builder.getOrCreate()
manifest = dbt("parse").result  # the project is read once
if not dbt("run", manifest).success:
    sys.exit("dbt run failed")
for schema in ("raw", "staging", "features", "training"):
    for view in spark.sql(f"show views in {schema}").collect():
        if not view.isTemporary:
            folder = f"{lake}/{schema}.db/{view.viewName}"
            spark.table(f"{schema}.{view.viewName}").write.parquet(folder)
learn(Path(lake), manifest)
if os.environ.get("SPARK_TESTS") != "short":
    Path(lake).with_name("tests_pass").write_text(str(dbt("test", manifest).success), "utf-8")
