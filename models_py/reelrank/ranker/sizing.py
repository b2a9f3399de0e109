"""What trees may do on a log of a given size."""

from dataclasses import replace
from math import sqrt

from reelrank.presets import RankerSettings

LEAVES_WORTH = 1_500  # leaves of the least size that all rows would fill
LEAST_IN_LEAF, MOST_IN_LEAF = 20, 1_000
FULL_PACE_ROWS = 1_000_000
LEAST_PACE = 0.25


def least_in_leaf(row_count: int) -> int:
    """Give the fewest rows of a leaf: rows / 1,500, from 20 to 1,000.

    On 5,000 rows a leaf has 20 of them, so that trees of 31 leaves can grow; from 1,500,000 rows
    on it has 1,000, so that no leaf follows a single user.
    """
    return min(max(row_count // LEAVES_WORTH, LEAST_IN_LEAF), MOST_IN_LEAF)


def pace(row_count: int) -> float:
    """Give the share of the learning rate: (rows / 1,000,000)^(1/4), from 0.25 to 1.

    With few rows the best number of rounds is small, and found by the last days of train only
    as finely as steps are small.
    """
    return min(max(sqrt(sqrt(row_count / FULL_PACE_ROWS)), LEAST_PACE), 1.0)


def settings_of_size(settings: RankerSettings, row_count: int) -> RankerSettings:
    """Give the settings for that many rows, where the preset wants them to follow the size."""
    if not settings.follow_log_size:
        return settings
    parameters, speed = settings.parameters, pace(row_count)
    leaf = parameters.min_data_in_leaf or least_in_leaf(row_count)
    rates = {head: speed * settings.learning_rate(head) for head in settings.heads}
    return replace(
        settings,
        parameters=replace(parameters, min_data_in_leaf=leaf),
        learning_rates=rates,
    )
