"""`bash scripts/spark.sh` and training on a lake say what they lack."""

import os

from workbench import command, train


def test_without_the_packages_two_lines_say_how_to_get_them(tmp_path):
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    ended = command("bash", "scripts/spark.sh", "run", REELRANK_VENV=tmp_path)
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 2
    assert "pip install -r requirements-spark.txt" in ended.stderr


def test_without_a_java_two_lines_say_so(tmp_path):
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\nexit 0\n")
    python.chmod(0o755)
    ended = command(
        "bash", "scripts/spark.sh", "run", REELRANK_VENV=tmp_path, JAVA_HOME=tmp_path,
        SPARK_REMOTE="", PATH=os.environ["PATH"],
    )  # fmt: skip
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 2
    assert "openjdk-17" in ended.stderr


def test_training_on_what_is_no_lake_is_refused_in_two_lines(tmp_path):
    ended = train(tmp_path / "lake.duckdb", "--lake", str(tmp_path))
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 2
    assert "did not finish" in ended.stderr
    assert not (tmp_path / "lake.duckdb").exists()


def test_learning_on_spark_is_refused_without_a_lake():
    ended = train("none.duckdb", "--engine", "spark")
    assert ended.returncode == 1
    assert "--lake" in ended.stderr
