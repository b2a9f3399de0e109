"""What a folder says about itself: simulated, at which scale, from which seed."""

import json
from pathlib import Path

from reelrank.errors import UserError

from simulated_kuairec import SOURCE


def read_facts(data_dir: Path) -> dict | None:
    """Read SIMULATED.json of a source; None for data that are not simulated.

    Raises
    ------
    UserError
        If the file is not what a simulation writes.
    """
    stated = data_dir / "SIMULATED.json"
    if not stated.is_file():
        return None
    try:
        facts = json.loads(stated.read_text(encoding="utf-8"))
        float(facts["counts"]["factor"]), facts["scale"], facts["seed"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{stated}: not what a simulation writes ({type(error).__name__}: {error})",
            "write the source again: python scripts/simulate_kuairec.py --out DIR",
        ) from error
    return facts


def source_factor(facts: dict | None) -> float:
    """Return the factor of rows against the real size; 1 for data that are not simulated."""
    return float(facts["counts"]["factor"]) if facts else 1.0


def source_label(facts: dict | None) -> str:
    """Say in words what the data are, such as `simulated KuaiRec (full, seed 42)`."""
    if facts is None:
        return "data that are not simulated"
    return f"{SOURCE} ({facts['scale']}, seed {facts['seed']})"
