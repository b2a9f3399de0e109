"""Train a network: random batches, warm-up and cosine, early stopping on held-back rows.

Adam (Kingma and Ba 2015). The step rises over the first steps and falls along a cosine over all of
them (Loshchilov and Hutter 2017); judged and kept are averages of the last parameters. The same
seed gives the same bits on the same machine; XLA decides how many cores it uses.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from reelrank.progress import ignore

Batch = dict[str, np.ndarray]
Params = Any  # nested dict of arrays
LEAST_BATCHES = 100
SMALLEST_BATCH = 32
Loss = Callable[[Params, Batch, Any], Any]
"""Mean loss of a batch: (params, batch, key); the key is None where rows are only judged."""


@dataclass(frozen=True)
class Rows:
    """Rows that are read a batch at a time.

    Attributes
    ----------
    count : int
    take : callable
        Gives the arrays of some rows, by their numbers int64 (n,) and a generator for what
        is drawn again each time.
    """

    count: int
    take: Callable[[np.ndarray, np.random.Generator], Batch]

    def batches(self, size: int, rng: np.random.Generator) -> Iterator[Batch]:
        """Yield all rows once in random order; those that fill no batch wait for the next pass."""
        size = min(size, self.count)
        order = rng.permutation(self.count)
        for start in range(0, self.count - size + 1, size):
            yield self.take(order[start : start + size], rng)

    def in_order(self, size: int, seed: int) -> Iterator[Batch]:
        """Yield the rows in order, in whole batches; the same draws whenever they are read."""
        size, rng = min(size, self.count), np.random.default_rng(seed)
        for start in range(0, self.count - size + 1, size):
            yield self.take(np.arange(start, start + size), rng)


@dataclass(frozen=True)
class Schedule:
    """How a network is trained.

    Attributes
    ----------
    batch_rows : int
        Rows of a step at most; fewer where a pass over the rows would have less than 100 steps.
    steps : int
        At most.
    step : float
        The largest step of Adam.
    checks : int
        How often the held-back rows are judged.
    patience : int
        Checks without gain after which training ends.
    memory : float
        Share of the steps whose parameters are averaged (Polyak and Juditsky 1992).
    on_step : callable
        Called with the steps done; with all that are left where training ends early.
    """

    batch_rows: int
    steps: int
    step: float
    checks: int = 8
    patience: int = 2
    memory: float = 0.2
    on_step: Callable[[float], None] = ignore

    def batch_size(self, row_count: int) -> int:
        """Rows of a step where there are so many in all."""
        return min(self.batch_rows, max(row_count // LEAST_BATCHES, SMALLEST_BATCH), row_count)


@dataclass(frozen=True)
class Trained:
    """The best parameters, the share of the schedule they took, and their loss on held rows."""

    params: Params
    share: float
    loss: float


def train(
    loss: Loss,
    params: Params,
    rows: Rows,
    schedule: Schedule,
    *,
    seed: int,
    held: Rows | None = None,
    share: float = 1.0,
) -> Trained:
    """Train until the held-back rows get worse, or without them a share of the schedule.

    Parameters
    ----------
    held : Rows, optional
    share : float
        Of the steps of the schedule; how far an earlier, validated training came.
    """
    total, size = schedule.steps, schedule.batch_size(rows.count)
    rates = optax.warmup_cosine_decay_schedule(
        0.1 * schedule.step, schedule.step, max(total // 20, 1), max(total, 2)
    )
    rng, key = np.random.default_rng(seed), jax.random.key(seed)
    every = max(total // schedule.checks, 1)
    keep = 1 - 1 / max(schedule.memory * total, 1)
    last = max(round(share * total), 1)
    best, bad = Trained(params, 0.0, np.inf), 0
    state = State(jax.tree.map(jnp.copy, params), params, optax.scale_by_adam().init(params))
    batches = _endless(rows, size, rng)
    for done in range(1, last + 1):
        kept = min(keep, (done - 1) / (done + 9))
        numbers = np.array([rates(done - 1), kept], np.float32)
        state = _step(loss, state, next(batches), jax.random.fold_in(key, done), numbers)
        schedule.on_step(1)
        if held is None or (done % every and done < last):
            continue
        found = _mean(loss, state.average, held.in_order(size, seed))
        bad = 0 if found < best.loss else bad + 1
        if not bad:
            best = Trained(jax.tree.map(jnp.copy, state.average), done / total, found)
        elif bad == schedule.patience:
            schedule.on_step(last - done)
            break
    return Trained(state.average, share, np.nan) if held is None else best


class State(NamedTuple):
    """Parameters, the average of the last ones, and what Adam remembers."""

    params: Params
    average: Params
    adam: Any


@partial(jax.jit, static_argnums=0, donate_argnums=1)
def _step(loss: Loss, state: State, batch: Batch, key: Any, numbers: Any) -> State:
    """Do a step of size `numbers[0]`; `numbers[1]` of the average are kept."""
    slopes = jax.grad(loss)(state.params, batch, key)
    changes, adam = optax.scale_by_adam().update(slopes, state.adam)
    params = jax.tree.map(lambda old, change: old - numbers[0] * change, state.params, changes)
    average = optax.incremental_update(params, state.average, 1 - numbers[1])
    return State(params, average, adam)


@partial(jax.jit, static_argnums=0)
def _judge(loss: Loss, params: Params, batch: Batch) -> Any:
    return loss(params, batch, None)


def _mean(loss: Loss, params: Params, batches: Iterator[Batch]) -> float:
    return float(np.mean([_judge(loss, params, batch) for batch in batches]))


def _endless(rows: Rows, size: int, rng: np.random.Generator) -> Iterator[Batch]:
    while True:
        yield from rows.batches(size, rng)
