"""Networks as heads of the ranker: fitted on the rows of the trees, judged as they are."""

import base64
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from types import ModuleType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pyarrow as pa

from reelrank.exact_math import expit
from reelrank.neural import dcn_v2, mlp, transformer
from reelrank.neural.encoding import Encoder
from reelrank.neural.last_events import Tokens, as_batch
from reelrank.neural.trainer import Batch, Params, Rows, Schedule, train
from reelrank.presets import RankerSettings
from reelrank.ranker.choosing import Choice, judge_trees
from reelrank.ranker.heads import Head
from reelrank.ranker.rows import Pairs, TrainingRows

NETWORKS: dict[str, ModuleType] = {"mlp": mlp, "dcn_v2": dcn_v2, "transformer": transformer}
ROWS_AT_ONCE = 16_384
PATH_STEPS = 8  # of integrated gradients
ROWS_OF_IMPORTANCE = 2_000


@dataclass(frozen=True)
class Past:
    """What a network that reads events needs of users and videos; ids ascending.

    Attributes
    ----------
    user_ids, video_ids : int32 (n_users,), (n_videos,)
    categories : int32 (n_videos,)
    tokens : Tokens
        The last events of each user in train.
    """

    user_ids: np.ndarray
    video_ids: np.ndarray
    categories: np.ndarray
    tokens: Tokens

    def batch(self, pairs: Pairs) -> Batch:
        """Arrays of some pairs; a user or video that is not known gets the first one's place."""
        users, videos = (
            np.minimum(np.searchsorted(ids, of), len(ids) - 1)
            for ids, of in ((self.user_ids, pairs.user_id), (self.video_ids, pairs.video_id))
        )
        return as_batch(self.tokens.of(users), videos, self.categories)


@dataclass(frozen=True)
class FittedNet:
    """A head, its network and the steps it was trained; without steps it is only its start.

    The interface is that of ranker.boosting.FittedHead.
    """

    head: Head
    encoder: Encoder
    params: Params
    round_count: int
    start: str | None = None
    choice: Choice | None = None
    past: Past | None = None
    gains: np.ndarray | None = None

    def predict(
        self,
        features: np.ndarray | pa.Table,
        threads: int,
        start: np.ndarray | None = None,
        pairs: Pairs | None = None,
    ) -> np.ndarray:
        """Return the probability of a long view, float64 (n_rows,)."""
        raw = self.trees(features, threads, pairs)
        return expit(raw + start if self.start else raw)

    def trees(
        self, features: np.ndarray | pa.Table, threads: int, pairs: Pairs | None = None
    ) -> np.ndarray:
        """Return what the network adds to the log-odds, float64 (n_rows,)."""
        del threads  # XLA has its own
        if not self.round_count:
            return np.zeros(len(features))
        parts = []
        for begin in range(0, len(features), ROWS_AT_ONCE):
            part = slice(begin, begin + ROWS_AT_ONCE)
            batch = self._batch(features[part], pairs and pairs.slice(part))
            parts.append(_score(self.head.network, self.params, batch))
        return np.concatenate([np.zeros(0), *parts]).astype(np.float64)

    def contributions(
        self, features: pa.Table, threads: int, pairs: Pairs | None = None
    ) -> np.ndarray:
        """Return integrated gradients from the middle of all columns, (n_rows, n_features).

        Sundararajan, Taly and Yan 2017, Axiomatic attribution for deep networks.
        """
        del threads
        found = np.zeros((len(features), features.num_columns))
        if self.round_count and len(features):
            batch = self._batch(features, pairs)
            slopes = np.asarray(_path(self.head.network, self.params, batch))
            np.add.at(found.T, self.encoder.owners, (slopes * batch["columns"]).T)
        return found

    def importances(self, kind: str) -> np.ndarray:
        """Mean size of the contributions on held-back rows; a network has no splits."""
        known = kind == "gain" and self.gains is not None
        return self.gains if known else np.zeros(len(self.encoder.codes))

    def text(self) -> str:
        """Everything but the head as text, for schema ml."""
        arrays = [np.asarray(leaf) for leaf in jax.tree.leaves(self.params)]
        past = self.past
        if past:
            arrays += [past.user_ids, past.video_ids, past.categories]
            arrays += [past.tokens.video, past.tokens.signals]
        arrays += [*self.encoder.quantiles, *self.encoder.codes]
        file = io.BytesIO()
        np.savez_compressed(file, *arrays)
        shape = jax.tree.map(lambda _: 0, self.params)
        described = {"shape": shape, "features": len(self.encoder.codes), "past": bool(past)}
        return json.dumps(described | {"arrays": base64.b64encode(file.getvalue()).decode()})

    def _batch(self, features: np.ndarray | pa.Table, pairs: Pairs | None) -> Batch:
        of_events = self.past.batch(pairs) if self.past else {}
        return {"columns": self.encoder.encode(features)} | of_events


def load_net(head: Head, text: str, round_count: int, start: str | None) -> FittedNet:
    """Read back what `FittedNet.text` wrote."""
    described = json.loads(text)
    with np.load(io.BytesIO(base64.b64decode(described["arrays"]))) as file:
        arrays = iter([file[name] for name in file.files])
    params = jax.tree.map(lambda _: jnp.asarray(next(arrays)), described["shape"])
    past = None
    if described["past"]:
        ids = [next(arrays) for _ in range(3)]
        past = Past(*ids, Tokens(next(arrays), next(arrays)))
    quantiles, codes = ([next(arrays) for _ in range(described["features"])] for _ in range(2))
    encoder = Encoder(tuple(quantiles), tuple(codes))
    return FittedNet(head, encoder, params, round_count, start, past=past)


def fit_net(
    head: Head,
    rows: TrainingRows,
    held: TrainingRows | None,
    encoder: Encoder,
    settings: RankerSettings,
    start: str | None,
    *,
    seed: int,
    share: float = 1.0,
    on_round: Callable[[float], None],
) -> tuple[FittedNet, float]:
    """Train a network, with held-back rows until these get worse; else a share of the schedule.

    Returns
    -------
    fitted : FittedNet
    share : float
        Of the schedule that was best.
    """
    net = settings.net
    past = rows.events if head.reads_events else None
    network = NETWORKS[head.network]
    params = network.start(len(encoder.owners), net, jax.random.key(seed), past)
    schedule = Schedule(
        net.batch_rows,
        net.steps,
        net.step,
        net.checks,
        net.patience,
        on_step=lambda steps: on_round(steps * settings.max_rounds / net.steps),
    )
    learned, judged = (part and _rows(part, head, encoder, start) for part in (rows, held))
    loss = make_loss(head.network, net.shrinkage)
    found = train(loss, params, learned, schedule, seed=seed, held=judged, share=share)
    steps = round(found.share * schedule.steps)
    latest = past and Past(past.log.user_ids, past.log.video_ids, past.categories, past.latest())
    fitted = FittedNet(head, encoder, found.params, steps, start, past=latest)
    return _with_gains(fitted, held or rows), found.share


def judge_net(fitted: FittedNet, held: TrainingRows, start: np.ndarray) -> FittedNet:
    """Keep the network only if the held-back rows are ordered better with it than without."""
    batches = _rows(held, fitted.head, fitted.encoder, fitted.start)
    size = min(ROWS_AT_ONCE, len(held.day))
    added = [
        _score(fitted.head.network, fitted.params, batches.take(np.arange(begin, end), None))
        for begin, end in _parts(len(held.day), size)
    ]
    choice = judge_trees(fitted.head, held, start, np.concatenate(added).astype(np.float64))
    return replace(
        fitted, choice=choice, round_count=0 if choice.prefers_start else fitted.round_count
    )


def _parts(count: int, size: int) -> list[tuple[int, int]]:
    return [(begin, min(begin + size, count)) for begin in range(0, count, size)]


def _rows(rows: TrainingRows, head: Head, encoder: Encoder, start: str | None) -> Rows:
    """Rows as batches; what users did is known up to the day before each row."""
    columns = encoder.encode(rows.features.combine_chunks())
    label, begin = head.label(rows), rows.starts.get(start)
    events = rows.events if head.reads_events else None
    if events:
        users = np.searchsorted(events.log.user_ids, rows.user_id)
        videos = np.searchsorted(events.log.video_ids, rows.video_id)

    def take(places: np.ndarray, _: np.random.Generator | None) -> Batch:
        found = {"columns": columns[places], "label": label[places]}
        found["begin"] = (0 * label if begin is None else begin)[places].astype(np.float32)
        if events:
            tokens = events.of_rows(users[places], rows.day[places])
            found |= as_batch(tokens, videos[places], events.categories)
        return found

    return Rows(len(label), take)


@lru_cache
def make_loss(network: str, shrinkage: float) -> Callable:
    """Make the mean log loss of a batch, and in training the squares of all parameters."""

    def loss(params: Params, batch: Batch, key: Any) -> Any:
        odds = batch["begin"] + NETWORKS[network].score(params, batch)
        found = (jax.nn.softplus(odds) - batch["label"] * odds).mean()
        if key is None:
            return found
        return found + shrinkage * sum(jnp.square(leaf).sum() for leaf in jax.tree.leaves(params))

    return loss


@partial(jax.jit, static_argnums=0)
def _score(network: str, params: Params, batch: Batch) -> Any:
    return NETWORKS[network].score(params, batch)


@partial(jax.jit, static_argnums=0)
def _path(network: str, params: Params, batch: Batch) -> Any:
    """Mean slope of the score on the way from 0 to the columns."""

    def score(columns: Any) -> Any:
        return NETWORKS[network].score(params, batch | {"columns": columns}).sum()

    ways = (jnp.arange(PATH_STEPS) + 0.5) / PATH_STEPS
    return jax.lax.map(lambda way: jax.grad(score)(way * batch["columns"]), ways).mean(0)


def _with_gains(fitted: FittedNet, rows: TrainingRows) -> FittedNet:
    some = rows.slice(max(len(rows.day) - ROWS_OF_IMPORTANCE, 0), len(rows.day))
    pairs = Pairs(some.user_id, some.video_id)
    contributions = fitted.contributions(some.features.combine_chunks(), 1, pairs)
    return replace(fitted, gains=np.abs(contributions).mean(axis=0))
