"""Which software made a run."""

import platform
from importlib.metadata import version

from reelrank import __version__


def software_versions(threads: int) -> dict[str, object]:
    """Versions of everything that could change a result, and the threads used."""
    packages = ("duckdb", "lightgbm", "implicit", "numpy", "scipy", "pyarrow")
    return {
        "reelrank": __version__,
        "python": platform.python_version(),
        **{name: version(name) for name in packages},
        "threads": threads,
    }
