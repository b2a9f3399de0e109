"""How far predicted watch_ratios and play times are off, and how well they are calibrated."""

import duckdb
import numpy as np
import pyarrow as pa

from reelrank.evaluation.blocks import ERRORS, ErrorBlock
from reelrank.evaluation.catalogue import Videos
from reelrank.evaluation.judge import Judge
from reelrank.evaluation.orderings import PREDICTORS, Ordering
from reelrank.evaluation.ranking import order_keys
from reelrank.evaluation.rows import JudgedRows, Protocol, row_scores
from reelrank.evaluation.xauc import (
    PAIRS_IN_ALL,
    PAIRS_PER_USER,
    drawn_pairs,
    share_in_order,
)
from reelrank.threads import in_order

CALIBRATION_BINS = 20


def add_errors(judge: Judge, protocol: Protocol, guesses: list[np.ndarray]) -> None:
    """Add the errors of everyone who predicts how long a video is watched; each pair once.

    Parameters
    ----------
    guesses : list of float (n_rows,)
        One for each of `PREDICTORS`.
    """
    rows, results, seed = judge.rows, judge.results, judge.seed
    mine = _rows_of(rows, protocol)
    lists = rows.lists.numbers[mine] - protocol.lists.start
    count = protocol.lists.stop - protocol.lists.start
    row_counts = np.bincount(lists, minlength=count)
    watched = rows.columns["watch_ratio"][mine]
    seconds = rows.columns["video_duration_ms"][mine] / 1000
    played = watched * seconds
    of_user = drawn_pairs(row_counts, PAIRS_PER_USER, seed)
    of_all = drawn_pairs(np.array([len(mine)]), PAIRS_IN_ALL, seed)

    def measured(guessed: np.ndarray) -> tuple[tuple[np.ndarray, ...], float]:
        guess = guessed[mine].astype(np.float64)
        off = np.abs(guess - watched)
        sums = [np.bincount(lists, each, count) for each in (off, off * off, off * seconds)]
        mean, mean_square, mean_seconds = (each / row_counts for each in sums)
        guess *= seconds
        ordered = share_in_order(guess, played, *of_user, count)
        in_all = share_in_order(guess, played, *of_all, 1)[0]
        return (mean, np.sqrt(mean_square), mean_seconds, ordered), float(in_all)

    values = np.empty((len(PREDICTORS), len(ERRORS), count))
    models = [predictor.model for predictor in PREDICTORS]
    for place, found in enumerate(in_order(measured, guesses, judge.threads)):
        values[place], in_all = found
        row = {"protocol": protocol.name, "relevance": "none", "model": models[place],
               "metric": "xauc", "k": None}  # fmt: skip
        results.totals.append((row, in_all))
    users, counts = rows.users[protocol.lists], row_counts.astype(np.int32)
    results.errors.append(ErrorBlock(protocol.name, models, users, counts, values))


def calibration(
    con: duckdb.DuckDBPyConnection, rows: JudgedRows, videos: Videos, protocol: Protocol, head: str
) -> pa.Table | None:
    """Predicted against observed in bins of equal size; None for a head that is not there.

    Parameters
    ----------
    head : str
        watch_ratio or long_view.
    """
    mine = _rows_of(rows, protocol)
    predicted = row_scores(con, rows, videos, Ordering(head, f"predicted_{head}"))[mine]
    if np.isnan(predicted).any():
        return None
    name = "is_long_view" if head == "long_view" else "watch_ratio"
    observed = rows.columns[name][mine].astype(np.float64)
    # the largest key is the smallest prediction; ties by the place of the row
    packed = (~order_keys(predicted)).astype(np.uint64) << np.uint64(32)
    packed |= np.arange(len(packed), dtype=np.uint64)
    packed.sort()
    order = (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)
    bins = [part for part in np.array_split(order, CALIBRATION_BINS) if len(part)]
    return pa.table(
        {
            "protocol": pa.repeat(protocol.name, len(bins)),
            "head": pa.repeat(head, len(bins)),
            "bin": np.arange(1, len(bins) + 1, dtype=np.int16),
            "row_count": np.array([len(part) for part in bins], np.int32),
            "mean_predicted": [predicted[part].mean(dtype=np.float64) for part in bins],
            "mean_observed": [observed[part].mean() for part in bins],
            "median_observed": [np.median(observed[part]) for part in bins],
        }
    )


def _rows_of(rows: JudgedRows, protocol: Protocol) -> np.ndarray:
    """Row numbers of a protocol's entries, int64 (n,)."""
    first = rows.lists.starts[protocol.lists.start]
    end = rows.lists.starts[protocol.lists.stop]
    mine = np.arange(first, end)
    return mine if protocol.is_entry is None else mine[protocol.is_entry[first:end]]
