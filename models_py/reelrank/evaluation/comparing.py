"""Paired comparisons: one model against another on the same users."""

from dataclasses import dataclass

import numpy as np

from reelrank.evaluation import bootstrap
from reelrank.evaluation.blocks import ERRORS, ErrorBlock, MetricBlock
from reelrank.evaluation.orderings import NOT_LEARNED

HEADLINE_METRICS = ("ndcg", "true_chance")
ORACLES = ("oracle", "oracle_alive")
# of `ERRORS`: the root of an average of squares, and less of it is better
IS_ROOT = np.array([False, True, False, False])
IS_ERROR = np.array([True, True, True, False])
Row = dict[str, str | int | float | None]


@dataclass(frozen=True)
class Resampled:
    """A model's values on users, with the replicates of their averages.

    Attributes
    ----------
    per_user : float64 (users, columns)
    value : float64 (columns,)
    replicates : float64 (resamples, columns)
    """

    per_user: np.ndarray
    value: np.ndarray
    replicates: np.ndarray


def pairs_to_compare(models: list[str], best: str | None = None) -> list[tuple[str, str]]:
    """Every learned model, and the best model whatever it is, with every other model."""
    return [
        (model, baseline)
        for model in models
        if model not in NOT_LEARNED or model == best
        for baseline in models
        if baseline != model
    ]


def best_model(models: dict[str, Resampled], columns: list[Row]) -> str | None:
    """Name the model with the largest headline metric at 10, oracles aside; None for errors."""
    for index, column in enumerate(columns):
        if column["metric"] in HEADLINE_METRICS and column["k"] == 10:
            known = {
                name: found.value[index] for name, found in models.items() if name not in ORACLES
            }
            return max(known, key=known.__getitem__, default=None)
    return None


def differences(
    model: Resampled, baseline: Resampled, less_is_better: bool | np.ndarray = False
) -> list[Row]:
    """Mean difference per column, its interval, and the shares of users helped and hurt.

    Examples
    --------
    Three users with nDCG 0.5, 0.5, 1.0 against 0.25, 0.5, 0.5: difference 0.25, two of three
    users helped, none hurt.
    """
    found = bootstrap.estimates(
        model.value - baseline.value, model.replicates - baseline.replicates
    )
    per_user = model.per_user - baseline.per_user
    gain = np.where(less_is_better, -per_user, per_user)
    helped, hurt = (gain > 0).mean(axis=0), (gain < 0).mean(axis=0)
    return [
        {
            "difference": float(found.value[column]),
            "ci_low": float(found.low[column]),
            "ci_high": float(found.high[column]),
            "share_helped": float(helped[column]),
            "share_hurt": float(hurt[column]),
            "user_count": len(per_user),
        }
        for column in range(per_user.shape[1])
    ]


def resampled_metrics(block: MetricBlock, weights: np.ndarray) -> dict[str, Resampled]:
    """Each model's metrics, columns in the order of `metric_columns`."""
    found = {}
    for model, values in zip(block.models, block.values, strict=True):
        per_user = np.ascontiguousarray(values.reshape(-1, len(block.users)).T)
        found[model] = Resampled(per_user, *bootstrap.means(per_user, weights))
    return found


def metric_columns(block: MetricBlock) -> list[Row]:
    """Name the columns of `resampled_metrics`."""
    return [
        {
            "protocol": block.protocol,
            "relevance": block.relevance,
            "metric": metric,
            "k": k,
        }
        for k in block.ks
        for metric in block.metrics
    ]


def resampled_errors(block: ErrorBlock, weights: np.ndarray) -> dict[str, Resampled]:
    """Each model's errors over all rows, columns in the order of `ERRORS`."""
    found = {}
    for model, values in zip(block.models, block.values, strict=True):
        counts = np.where(np.isnan(values), 0, block.row_counts).T
        known = np.nan_to_num(values).T
        sums = np.where(IS_ROOT, known * known, known) * counts
        value, replicates = bootstrap.ratios(sums, counts, weights)
        value, replicates = (np.where(IS_ROOT, np.sqrt(x), x) for x in (value, replicates))
        found[model] = Resampled(values.T, value, replicates)
    return found


def error_columns(block: ErrorBlock) -> list[Row]:
    """Name the columns of `resampled_errors`."""
    return [
        {"protocol": block.protocol, "relevance": "none", "metric": metric, "k": None}
        for metric in ERRORS
    ]
