"""`bash scripts/spark.sh` says what it lacks."""

import os

from workbench import command


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
