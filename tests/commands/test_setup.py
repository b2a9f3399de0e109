"""scripts/setup.sh: the environment, in a copy that needs no package."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from workbench import ROOT, clean_environment

# A package whose build needs nothing: its wheel puts the checkout on the path (PEP 660).
PYPROJECT = """[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
BACKEND = """
from pathlib import Path
from zipfile import ZipFile

ABOUT = "reelrank-1.0.0.dist-info"
FILES = {
    "METADATA": "Metadata-Version: 2.1\\nName: reelrank\\nVersion: 1.0.0",
    "WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any",
    "RECORD": "",
}

def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "reelrank-1.0.0-py3-none-any.whl"
    with ZipFile(Path(folder) / name, "w") as wheel:
        wheel.writestr("reelrank.pth", str(Path.cwd()))
        for file, text in FILES.items():
            wheel.writestr(f"{ABOUT}/{file}", text)
    return name
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that needs nothing installed, in a folder with a space."""
    root = tmp_path / "fresh clone"
    (root / "scripts").mkdir(parents=True)
    shutil.copy2(ROOT / "scripts" / "setup.sh", root / "scripts" / "setup.sh")
    (root / "requirements.txt").write_text("# nothing\n")
    (root / "pyproject.toml").write_text(PYPROJECT)
    (root / "backend.py").write_text(BACKEND)
    return root


def set_up(root: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    folders = f"{Path(sys.base_prefix) / 'bin'}:/usr/bin:/bin"
    settings = {"PATH": folders, "PIP_NO_INDEX": "1"} | environment
    return subprocess.run(
        ["bash", str(root / "scripts" / "setup.sh")],
        env=clean_environment(**settings),
        capture_output=True,
        text=True,
        check=False,
    )


def installed_in(venv: Path) -> str:
    """The checkout whose package an environment holds."""
    return next(venv.glob("lib/*/site-packages/reelrank.pth")).read_text()


def test_makes_an_environment_once_and_again_when_it_was_moved(checkout: Path):
    made = set_up(checkout)
    assert made.returncode == 0, made.stderr
    assert "making the environment" in made.stderr
    assert (checkout / ".venv" / "bin" / "python").exists()
    assert installed_in(checkout / ".venv") == str(checkout)

    again = set_up(checkout)
    assert (again.returncode, again.stderr) == (0, "")

    (checkout / "requirements.txt").write_text("no-such-package-anywhere==1.0\n")
    for _ in range(2):  # what cannot be had is reported in words, and tried again
        failed = set_up(checkout)
        assert failed.returncode == 1
        assert "error: pip could not install" in failed.stderr
        assert "run this again" in failed.stderr

    (checkout / "requirements.txt").write_text("# nothing, but another nothing\n")
    changed = set_up(checkout)
    assert "installing requirements.txt" in changed.stderr
    assert "making" not in changed.stderr

    moved = checkout.rename(checkout.with_name("moved clone"))
    assert "making the environment" in set_up(moved).stderr
    assert set_up(moved).stderr == ""


def test_a_shared_environment_keeps_the_package_of_its_first_checkout_while_that_is_there(
    checkout: Path, tmp_path: Path
):
    other = shutil.copytree(checkout, tmp_path / "another")
    shared = tmp_path / "shared"
    for root, holds in ((checkout, checkout), (other, checkout)):
        assert set_up(root, REELRANK_VENV=str(shared)).returncode == 0
        assert installed_in(shared) == str(holds)
    shutil.rmtree(checkout)
    assert set_up(other, REELRANK_VENV=str(shared)).returncode == 0
    assert installed_in(shared) == str(other)


def test_a_machine_without_a_new_enough_python_hears_where_to_get_one(
    checkout: Path, tmp_path: Path
):
    old = tmp_path / "old"
    old.mkdir()
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python"):
        (old / name).write_text("#!/bin/sh\nexit 1\n")
        (old / name).chmod(0o755)
    failed = set_up(checkout, PATH=f"{old}:/usr/bin:/bin")
    assert failed.returncode == 1
    assert failed.stderr.splitlines() == [
        "error: No Python 3.11 or newer was found.",
        "Install one (https://www.python.org/downloads/) and run this again.",
    ]
    assert not (checkout / ".venv").exists()
