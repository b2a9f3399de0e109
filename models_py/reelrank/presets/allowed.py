"""What values a preset may have: names of sources and heads, ranges of numbers."""

from collections.abc import Callable
from dataclasses import MISSING, field
from typing import Any

CONFIDENCES = ("watch_count", "watch_ratio_sum", "clipped_watch_ratio_sum", "long_view_count")
TIMELESS_SOURCES = ("als", "item_based", "most_viewed", "best_received", "blend")
FALLBACKS = ("most_viewed", "best_received")


def living_sources() -> tuple[str, ...]:
    """Name the sources that know what is alive, and their union; imported only now, as heads."""
    from reelrank.list_ranker.sources import SOURCES

    return (*SOURCES, "union")


def sources() -> tuple[str, ...]:
    """Name the sources of this project."""
    return (*TIMELESS_SOURCES, *living_sources())


def watch_ratio_heads() -> tuple[str, ...]:
    """Name the heads that predict a watch ratio."""
    return tuple(name for name, head in _heads().items() if head.to_watch_ratio)


def long_view_heads() -> tuple[str, ...]:
    """Name the heads that order by long view."""
    return tuple(name for name, head in _heads().items() if not head.to_watch_ratio)


def network_heads(names: tuple[str, ...]) -> tuple[str, ...]:
    """Give those of some heads that are networks."""
    return tuple(name for name in names if _heads()[name].network)


def registered_sources() -> tuple[str, ...]:
    """Name the sources that other packages brought."""
    from reelrank import extensions

    return tuple(extensions.registered(extensions.SOURCES))


def _heads() -> dict[str, Any]:
    """Give all heads; imported only now, since they read presets and need numpy."""
    from reelrank.ranker.heads import HEADS

    return HEADS


def within(low: float, high: float, default: Any = MISSING) -> Any:
    """Declare a number from `low` to `high`, both allowed."""
    return field(default=default, metadata={"low": low, "high": high})


def one_of(*allowed: str | Callable[[], tuple[str, ...]]) -> Any:
    """Declare a text out of `allowed`, or of what these give."""
    return field(metadata={"allowed": allowed})


def some_of(*allowed: str | Callable[[], tuple[str, ...]]) -> Any:
    """Declare a list of texts out of `allowed`, or of what these give, without repeats."""
    return field(metadata={"allowed": allowed})
