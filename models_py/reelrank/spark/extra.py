"""Whether the optional extra is installed."""

import importlib.util
import os
import shutil

from reelrank.errors import UserError


def need_extra() -> None:
    """Refuse where packages or a Java are missing.

    Raises
    ------
    UserError
        That says how to install them.
    """
    packages = ("pyspark", "dbt.adapters.spark")
    if not all(importlib.util.find_spec(name) for name in packages):
        raise UserError(
            "Spark's packages are not installed.",
            "Install them: .venv/bin/python -m pip install -r requirements-spark.txt",
        )
    if not any(os.environ.get(name) for name in ("SPARK_REMOTE", "JAVA_HOME")) and not shutil.which(
        "java"
    ):
        raise UserError(
            "There is no Java, which Spark runs on.",
            "Install one (Debian: apt-get install openjdk-17-jre-headless), or set JAVA_HOME.",
        )
