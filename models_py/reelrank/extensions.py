"""Candidate sources and rankers that other packages bring, found by their entry points.

A package registers a function under a group; installed, it takes part in every training run under
the name of its entry point (docs/your_model.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

from reelrank.errors import UserError

if TYPE_CHECKING:  # a job that only asks who registered something does without their 40 MB
    import numpy as np
    import pyarrow as pa

SOURCES = "reelrank.candidate_sources"
RANKERS = "reelrank.rankers"

Predict = Callable[["pa.Table"], "np.ndarray"]
"""Scores of rows, float (n,): higher comes first. Takes the features, as fitted."""


def registered(group: str) -> dict[str, Callable[..., Any]]:
    """Load what installed packages registered in a group, by name.

    Raises
    ------
    UserError
        If a name cannot be a column of the results, is taken twice, or the code does not load.
    """
    from reelrank.evaluation.orderings import model_names

    found: dict[str, Callable[..., Any]] = {}
    installed = entry_points()  # it looks through every package: once is enough
    ours = {each: installed.select(group=each) for each in (SOURCES, RANKERS)}
    everyone = [point.name for points in ours.values() for point in points]
    for point in sorted(ours[group], key=lambda point: point.name):
        is_name = re.fullmatch(r"[a-z][a-z0-9_]{0,59}", point.name)
        if not is_name or everyone.count(point.name) > 1 or point.name in model_names():
            raise UserError(
                f"The entry point {point.name!r} of {_owner(point)} has a name that is invalid or "
                "already taken.",
                "Name it in lower case letters, digits and underscores, as nothing else is named.",
            )
        try:
            found[point.name] = point.load()
        except Exception as error:
            raise UserError(
                f"The entry point {point.name} of {_owner(point)} does not load: {error}",
                f"Repair or remove the package: pip uninstall {_owner(point)}",
            ) from error
    return found


def registered_versions() -> dict[str, str]:
    """Who brings what, for the record of a run: `group name` -> package and version."""
    return {
        f"{group} {point.name}": _owner(point, "==")
        for group in (SOURCES, RANKERS)
        for point in entry_points(group=group)
    }


def as_scores(name: str, values: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Check what registered code returned, float32 of `shape`.

    Raises
    ------
    UserError
        If it has another shape or holds NaN.
    """
    import numpy as np

    scores = np.asarray(values, np.float32)
    if scores.shape != shape or np.isnan(scores).any():
        what = f"shape {scores.shape}" if scores.shape != shape else "values that are no number"
        raise UserError(
            f"The registered {name} returned {what}; expected was {shape}.",
            "Return one number for each row; for a source -inf where it has nothing to say.",
        )
    return scores


def _owner(point: EntryPoint, between: str = "") -> str:
    if point.dist is None:
        return "an unknown package"
    return point.dist.name + (between + point.dist.version if between else "")
