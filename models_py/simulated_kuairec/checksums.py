"""Checksums of simulated sources, to tell whether another machine wrote the same bytes."""

import hashlib
import json
from pathlib import Path

from reelrank.errors import UserError

from simulated_kuairec import VERSION
from simulated_kuairec.source import read_facts

KNOWN = Path(__file__).with_name("checksums.json")


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a source, its truth included, by name."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                name = path.relative_to(folder).as_posix()
                found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def known_checksums(folder: Path) -> dict[str, str]:
    """Checksums on record for the scale and seed that a source states.

    Raises
    ------
    UserError
        If it is no simulation of this version, or its scale and seed are not on record.
    """
    facts = read_facts(folder)
    if facts is None or facts.get("version") != VERSION:
        raise UserError(
            f"{folder}: not written by version {VERSION} of the simulation",
            "write it first: python scripts/simulate_kuairec.py --out DIR",
        )
    known = json.loads(KNOWN.read_text(encoding="utf-8"))
    name = f"{facts['scale']}, seed {facts['seed']}"
    if name not in known:
        raise UserError(f"{name}: no checksums on record", f"use one of: {'; '.join(known)}")
    return known[name]


def changed_files(folder: Path) -> list[str]:
    """Names of the files that are missing, added, or other than on record."""
    found, known = checksums(folder), known_checksums(folder)
    return sorted(name for name in found | known if found.get(name) != known.get(name))
