"""Read a preset from TOML; an unknown key, a wrong type or an odd value is the user's to fix."""

import tomllib
import typing
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from types import NoneType
from typing import Any

from reelrank.errors import UserError
from reelrank.neural.extra import need_extra
from reelrank.presets.allowed import (
    living_sources,
    long_view_heads,
    network_heads,
    watch_ratio_heads,
)
from reelrank.presets.settings import Preset

FOLDER = Path(__file__).parent


def preset_names() -> list[str]:
    """Names of the presets that come with the project."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def read_preset(name: str) -> Preset:
    """Read the preset `name`, or the TOML file at the path `name`.

    A file with a key `base` holds only what differs from the shipped preset of that name.

    Raises
    ------
    UserError
        Naming the key, what it holds and what it may hold; or the extra that is missing.
    """
    preset = _section(Preset, read_toml(name), "")
    _check_heads(preset)
    _check_lists(preset)
    _check_networks(preset)
    return preset


def read_toml(name: str) -> dict[str, Any]:
    """Read what a preset says, with what it has from its base; its runs are called `name` there.

    Raises
    ------
    UserError
        If there is no such preset or file, or it is not TOML.
    """
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not path.is_file() or (not name.endswith(".toml") and name not in preset_names()):
        raise UserError(
            f"There is no preset {name!r}.",
            f"Choose one of {', '.join(preset_names())}, or give the path of a .toml file.",
        )
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = f"{path} is not TOML: {error}."
        raise UserError(problem, "Compare it with a shipped preset.") from error
    content.setdefault("name", path.stem)
    if "base" in content:
        base = content.pop("base")
        if base not in preset_names() or base == path.stem:
            raise _odd("base", base, f"another of {', '.join(preset_names())}")
        return _merged(read_toml(base), content)
    return content


def _merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Put changed values in place of those of the base, table by table."""
    both = {
        name: _merged(base[name], value)
        for name, value in changes.items()
        if isinstance(value, dict) and isinstance(base.get(name), dict)
    }
    return base | changes | both


def _section(kind: type, content: Any, where: str) -> Any:
    """Build the dataclass `kind` from a TOML table; `where` is its dotted name with a dot."""
    if not isinstance(content, dict):
        raise _odd(where.rstrip("."), content, "a table")
    hints = typing.get_type_hints(kind)
    known = {item.name: item for item in fields(kind)}
    for key in content:
        if key not in known:
            raise UserError(
                f"The preset has an unknown key {where}{key}.", f"Known: {', '.join(known)}."
            )
    values = {}
    for name, item in known.items():
        if name in content:
            values[name] = _value(hints[name], content[name], where + name, item.metadata)
        elif NoneType in typing.get_args(hints[name]):
            values[name] = None
        elif item.default is MISSING:
            raise UserError(f"The preset lacks the key {where}{name}.", "Add it.")
    return kind(**values)


def _value(hint: Any, value: Any, key: str, allowed: Any) -> Any:
    """Check one value against its type and its declared range."""
    kind = next((part for part in typing.get_args(hint) if part is not NoneType), hint)
    if typing.get_origin(hint) is tuple:
        return _texts(value, key, allowed["allowed"])
    if is_dataclass(kind):
        return _section(kind, value, key + ".")
    if typing.get_origin(kind) is dict:
        if not isinstance(value, dict):
            raise _odd(key, value, "a table")
        return {name: _value(float, item, f"{key}.{name}", allowed) for name, item in value.items()}
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        raise _odd(
            key,
            value,
            {int: "a whole number", float: "a number", bool: "true or false"}.get(kind, "text"),
        )
    if "allowed" in allowed and value not in (names := _flat(allowed["allowed"])):
        raise _odd(key, value, "one of " + ", ".join(names))
    if "low" in allowed and not allowed["low"] <= value <= allowed["high"]:
        raise _odd(key, value, f"from {allowed['low']:g} to {allowed['high']:g}")
    return value


def _texts(value: Any, key: str, declared: tuple) -> tuple[str, ...]:
    allowed = _flat(declared)
    is_list = isinstance(value, list) and len({str(item) for item in value}) == len(value)
    if not is_list or any(item not in allowed for item in value):
        raise _odd(key, value, f"a list out of {', '.join(allowed)}, none twice")
    return tuple(value)


def _flat(declared: tuple) -> list[str]:
    """Names that are allowed: those declared, and what the functions among them give."""
    lists = [names() if callable(names) else (names,) for names in declared]
    return [name for names in lists for name in names]


def _check_heads(preset: Preset) -> None:
    heads = preset.ranker.heads
    if sum(head in watch_ratio_heads() for head in heads) != 1:
        raise _odd("ranker.heads", list(heads), f"exactly one of {', '.join(watch_ratio_heads())}")
    for head in preset.ranker.learning_rates or {}:
        if head not in watch_ratio_heads() + long_view_heads():
            raise _odd("ranker.learning_rates", head, "the name of a head")
    if sum(head in long_view_heads() for head in heads) > 1:
        raise _odd("ranker.heads", list(heads), f"at most one of {', '.join(long_view_heads())}")


def _check_networks(preset: Preset) -> None:
    if not preset.needs_networks:
        return
    if preset.ranker.net is None and network_heads(preset.ranker.heads):
        raise _odd("ranker.net", None, "set: heads that are networks are trained as it says")
    need_extra(f"Preset {preset.name}")


def _check_lists(preset: Preset) -> None:
    needs_vectors = preset.lists is not None or any(
        source in living_sources() for source in preset.candidates.compared_sources
    )
    if (preset.candidates.source == "union") != (preset.lists is not None):
        raise _odd("candidates.source", preset.candidates.source, "union, and only with [lists]")
    sources = [preset.candidates.source, *preset.candidates.compared_sources]
    has_towers = preset.embeddings is not None and preset.embeddings.two_tower is not None
    if "two_tower" in sources and not has_towers:
        raise _odd("embeddings.two_tower", None, "set: the source two_tower needs its vectors")
    if needs_vectors and preset.embeddings is None:
        raise _odd("embeddings", None, "set: sources that know what is alive need its vectors")


def _odd(key: str, value: Any, expected: str) -> UserError:
    return UserError(f"The preset's key {key} is {value!r}.", f"It must be {expected}.")
