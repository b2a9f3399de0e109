"""Fit LightGBM heads that share one binned dataset."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import lightgbm as lgb
import numpy as np

from reelrank.errors import UserError
from reelrank.presets import BoosterSettings, RankerSettings
from reelrank.progress import ignore
from reelrank.ranker.catalog import Feature
from reelrank.ranker.choosing import judge_trees
from reelrank.ranker.fitted import FittedHead
from reelrank.ranker.heads import HEADS, Head, list_sizes
from reelrank.ranker.rows import TrainingRows
from reelrank.ranker.sizing import settings_of_size
from reelrank.threads import SAME_ON_ANY_THREADS

if TYPE_CHECKING:
    from reelrank.neural.heads import FittedNet

HOLD_ONE_ROW_IN = 10  # where train is a single day


def booster_parameters(settings: BoosterSettings, seed: int, threads: int) -> dict[str, object]:
    """Parameters for LightGBM; the same trees whatever the threads."""
    chosen = {name: value for name, value in asdict(settings).items() if value is not None}
    fixed = {"seed": seed, "num_threads": threads, "verbosity": -1}
    return chosen | SAME_ON_ANY_THREADS | fixed


def split_rows(rows: TrainingRows, validation_days: int) -> tuple[TrainingRows, TrainingRows]:
    """Split the rows: the days to fit on, and the last `validation_days` days of train."""
    first_held = max(int(rows.day[-1]) + 1 - validation_days, int(rows.day[0]) + 1)
    cut = int(np.searchsorted(rows.day, first_held))
    if cut == len(rows.day):  # one day only: the last users of it
        cut = len(rows.day) - max(len(rows.day) // HOLD_ONE_ROW_IN, 1)
    return rows.slice(0, cut), rows.slice(cut, len(rows.day))


def fit_heads(
    rows: TrainingRows,
    features: list[Feature],
    settings: RankerSettings,
    *,
    seed: int,
    threads: int,
    on_round: Callable[[float], None] = ignore,
    heads: dict[str, Head] = HEADS,
    workers: dict[str, object] | None = None,
) -> "list[FittedHead | FittedNet]":
    """Fit every head of the preset, in order, on the same bins.

    With early stopping, the rounds are those best on the last days of train; with `refit` the
    head is then fitted again on all rows for that many rounds.

    Parameters
    ----------
    on_round : callable
        Called with 1 after each round.
    heads : dict
        What the names of the preset's heads mean.
    workers : dict, optional
        LightGBM's parameters of a fit by several machines, of which this is one.
    """
    networks = [name for name in settings.heads if heads[name].network]
    if networks:
        by_trees = tuple(name for name in settings.heads if name not in networks)
        trees = replace(settings, heads=by_trees)
        more = {"seed": seed, "threads": threads, "on_round": on_round, "heads": heads}
        found = fit_heads(rows, features, trees, **more) if trees.heads else []
        fitted = {head.head.name: head for head in found}
        for name in networks:
            fitted[name] = _fit_network(heads[name], rows, features, settings, seed, on_round)
        return [fitted[name] for name in settings.heads]
    sized = settings_of_size(settings, len(rows.day))
    parameters = booster_parameters(sized.parameters, seed, threads) | (workers or {})
    fitted = []
    rounds = dict.fromkeys(settings.heads, settings.max_rounds)
    if settings.early_stopping_rounds > 0 and settings.validation_days > 0:
        fitted = _fit_all_validated(rows, features, sized, parameters, on_round, heads)
        if not settings.refit:
            return fitted
        rounds = {found.head.name: found.round_count for found in fitted}
    done = {found.head.name: found for found in fitted if not found.round_count}
    data = _dataset(rows, features, parameters) if len(done) < len(rounds) else None
    choices = {found.head.name: found.choice for found in fitted}
    return [
        done.get(name)
        or replace(
            _fit(heads[name], data, rows, _at_pace(parameters, sized, name), count, on_round),
            choice=choices.get(name),
        )
        for name, count in rounds.items()
    ]


def _fit_network(
    head: Head,
    rows: TrainingRows,
    features: list[Feature],
    settings: RankerSettings,
    seed: int,
    on_round: Callable[[float], None],
) -> "FittedNet":
    """Fit a network as trees are fitted: validated on the last days, judged, fitted again."""
    from reelrank.neural.encoding import Encoder
    from reelrank.neural.heads import fit_net, judge_net

    encoder = Encoder.of(rows.features, features)
    start = start_of(head, rows)
    learned, held = split_rows(rows, settings.validation_days)
    more = {"seed": seed, "on_round": on_round}
    fitted, share = fit_net(head, learned, held, encoder, settings, start, **more)
    if start:
        fitted = judge_net(fitted, held, held.starts[start])
    if not settings.refit or not fitted.round_count:
        return fitted
    again, _ = fit_net(head, rows, None, encoder, settings, start, share=share, **more)
    return replace(again, choice=fitted.choice)


def _at_pace(
    parameters: dict[str, object], settings: RankerSettings, head: str
) -> dict[str, object]:
    """Parameters with the learning rate of the head."""
    return parameters | {"learning_rate": settings.learning_rate(head)}


def _fit_all_validated(
    rows: TrainingRows,
    features: list[Feature],
    settings: RankerSettings,
    parameters: dict[str, object],
    on_round: Callable[[float], None],
    heads: dict[str, Head],
) -> list[FittedHead]:
    """Fit on all but the last days, stopping every head where those days say so."""
    fit_on, held = split_rows(rows, settings.validation_days)
    data = _dataset(fit_on, features, parameters)
    held_data = _dataset(held, features, parameters, data)
    return [
        _fit_validated(
            heads[name],
            (data, fit_on),
            (held_data, held),
            _at_pace(parameters, settings, name),
            settings,
            on_round,
        )
        for name in settings.heads
    ]


def _dataset(
    rows: TrainingRows,
    features: list[Feature],
    parameters: dict[str, object],
    reference: lgb.Dataset | None = None,
) -> lgb.Dataset:
    """Bin the features once; labels are set per head.

    Several machines agree on the bins, so theirs wait until training connects them.
    """
    data = lgb.Dataset(
        rows.features,
        label=rows.watch_ratio,
        reference=reference,
        feature_name=[_plain_name(number) for number in range(len(features))],
        categorical_feature=[
            number for number, feature in enumerate(features) if feature.is_categorical
        ],
        params=parameters,
    )
    return data if "machines" in parameters else data.construct()


def _plain_name(number: int) -> str:
    """LightGBM refuses some characters in names, so columns are numbered in catalog order."""
    return f"feature_{number}"


def _aim(head: Head, data: lgb.Dataset, rows: TrainingRows) -> None:
    """Set labels and start of a head; lists only where it needs them, and then to the end."""
    data.set_label(head.label(rows))
    start = start_of(head, rows)
    data.set_init_score(rows.starts[start] if start else None)
    if head.needs_groups:
        data.set_group(list_sizes(rows))


def start_of(head: Head, rows: TrainingRows) -> str | None:
    """Give the column that a head starts from: known for every row, or not used at all."""
    values = rows.starts.get(head.start)
    return head.start if values is not None and np.isfinite(values).all() else None


def _train(
    head: Head,
    data: lgb.Dataset,
    parameters: dict[str, object],
    rounds: int,
    callbacks: list[Callable],
    held: list[lgb.Dataset],
) -> lgb.Booster:
    try:
        return lgb.train(
            parameters | head.parameters,
            data,
            num_boost_round=rounds,
            valid_sets=held,
            callbacks=callbacks,
        )
    except lgb.basic.LightGBMError as error:
        raise UserError(
            f"LightGBM could not fit head {head.name}: {error}",
            "Check [ranker.parameters] of the preset.",
        ) from error


def _teller(on_round: Callable[[float], None]) -> Callable:
    def after_round(_: lgb.callback.CallbackEnv) -> None:
        on_round(1)

    return after_round


def _fit(
    head: Head,
    data: lgb.Dataset,
    rows: TrainingRows,
    parameters: dict[str, object],
    rounds: int,
    on_round: Callable[[float], None],
) -> FittedHead:
    _aim(head, data, rows)
    booster = _train(head, data, parameters, rounds, [_teller(on_round)], [])
    return FittedHead(head, booster, booster.current_iteration(), start_of(head, rows))


def _fit_validated(
    head: Head,
    fit_on: tuple[lgb.Dataset, TrainingRows],
    held: tuple[lgb.Dataset, TrainingRows],
    parameters: dict[str, object],
    settings: RankerSettings,
    on_round: Callable[[float], None],
) -> FittedHead:
    for data, rows in (fit_on, held):
        _aim(head, data, rows)
    stop = lgb.early_stopping(settings.early_stopping_rounds, first_metric_only=True, verbose=False)
    callbacks = [_teller(on_round), stop]
    booster = _train(head, fit_on[0], parameters, settings.max_rounds, callbacks, [held[0]])
    rounds = booster.best_iteration or booster.current_iteration()
    found = FittedHead(head, booster, rounds, start_of(head, fit_on[1]))
    if not found.start:
        return found
    trees = found.trees(held[1].features, int(parameters["num_threads"]))
    choice = judge_trees(head, held[1], held[1].starts[found.start], trees)
    if choice.prefers_start:
        booster, rounds = lgb.Booster(parameters | head.parameters, fit_on[0]), 0
    return replace(found, booster=booster, round_count=rounds, choice=choice)
