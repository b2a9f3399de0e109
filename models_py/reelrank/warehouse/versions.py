"""Which software made a run."""

import hashlib
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

from reelrank import __version__

PACKAGE = Path(__file__).resolve().parents[1]
CODE = (".py", ".sql", ".toml")


def software_versions(threads: int) -> dict[str, object]:
    """Versions of everything that could change a result, and the threads used."""
    packages = ("duckdb", "lightgbm", "implicit", "numpy", "scipy", "pyarrow")
    return {
        "reelrank": __version__,
        "code": code_digest(),
        "commit": commit(),
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
        "threads": threads,
    }


def code_digest() -> str:
    """Digest of the files of this package: the same code has the same, wherever it lies."""
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in CODE:
            digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def commit() -> str | None:
    """Commit of the checkout that this package is part of, with a + if files differ from it."""
    try:
        _git("ls-files", "--error-unmatch", __file__)
        changed = _git("status", "--porcelain", "--untracked-files=no")
        return _git("rev-parse", "--short=12", "HEAD") + ("+" if changed else "")
    except (OSError, subprocess.SubprocessError):
        return None


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(PACKAGE), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)
    return done.stdout.strip()
