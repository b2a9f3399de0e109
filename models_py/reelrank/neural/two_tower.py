"""Two towers: users and videos as vectors made of their content, their past and their id.

    log play = level + context + m_u + b_v + p_u . q_v + spread * noise

as in the factorisation of play time, with the same levels, spreads and contexts; but (m, p) and
(b, q) are outputs of networks (Covington, Adams and Sargin 2016, Deep neural networks for YouTube
recommendations; Yi et al. 2019, Sampling-bias-corrected neural modeling for large corpus item
recommendations). A tower reads codes of content, that of users also what they watched before the
day. The id adds what these do not say and is shrunk toward nothing, so that a user or video without
events has the vector of its content.

Two losses are added up. Play time: rho(z) with rho' = z k(z), the weights of the factorisation, so
that an event counts by the user's spread and outliers hardly. Retrieval: sampled softmax of the
shown video among those alive on its day,

    score = log of the video's share of the day's views + pull * p_u . q_v.

Others are drawn by that share, so the correction for how often they are drawn (logQ) takes off just
the first term: what is learned is whom a living video is shown to beyond its popularity.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from reelrank.neural.tower_log import TowerLog
from reelrank.neural.trainer import Batch, Params, Schedule, train
from reelrank.presets import TowerSettings
from reelrank.progress import ignore

LAST_STEP = 0.3  # of the step, when all events are learned from, the last days too


@dataclass(frozen=True)
class Towers:
    """What a fit gives; float32 (n, 1 + factors) each, the bias first.

    Attributes
    ----------
    users, videos : float32
        (m, p) at the end of the log, (b, q).
    pull : float
        How strongly what is shown follows p . q.
    params : nested dict
        To start the next fit from.
    """

    users: np.ndarray
    videos: np.ndarray
    pull: float
    params: Params


def start(log: TowerLog, settings: TowerSettings, seed: int) -> Params:
    """Small random networks; ids say nothing yet."""
    keys = iter(jax.random.split(jax.random.key(seed), 16))
    width, out = settings.width, 1 + settings.factors

    def layer(rows: int, columns: int, scale: float = 1.0) -> Any:
        return scale * jax.random.normal(next(keys), (rows, columns)) / np.sqrt(rows)

    def tower(content: np.ndarray) -> Params:
        return {
            "content": layer(content.shape[1], width),
            "hidden": layer(width, width),
            "out": layer(2 * width, out, 0.1),
            "ids": jnp.zeros((len(content), out)),
        }

    video = tower(log.videos) | {"authors": jnp.zeros((log.author_count, out))}
    user = tower(log.users) | {"past": layer(log.past.shape[-1], width)}
    return {"user": user, "video": video, "pull": jnp.ones(())}


def _tower(tower: Params, encoded: Any) -> Any:
    deep = jax.nn.relu(encoded @ tower["hidden"])
    return jnp.concatenate([encoded, deep], -1) @ tower["out"]


def user_vectors(params: Params, batch: Batch) -> Any:
    """Users of a batch: their content and past, and their ids."""
    tower, users = params["user"], batch["user"]
    encoded = (batch["users"] @ tower["content"])[users] + batch["past"] @ tower["past"]
    return (_tower(tower, encoded) + tower["ids"][users]) * batch["user_sd"]


def video_vectors(params: Params, batch: Batch) -> Any:
    """All videos at once: their content, their author and their ids."""
    tower = params["video"]
    found = _tower(tower, batch["videos"] @ tower["content"]) + tower["ids"]
    return found * batch["video_sd"] + tower["authors"][batch["authors"]] * batch["author_sd"]


def rho(z: Any, limit: float) -> Any:
    """Give the loss whose slope is z / (1 + (z / limit)^4), the weights of the factorisation."""
    return limit**2 / 2 * jnp.arctan(jnp.square(z / limit))


@lru_cache
def make_loss(settings: TowerSettings, limit: float) -> Callable:
    """Make the loss of a batch: play time, retrieval, and the prior of the ids."""

    def loss(params: Params, batch: Batch, key: Any) -> Any:  # noqa: ARG001
        users = user_vectors(params, batch)
        videos = video_vectors(params, batch)
        shown = videos[batch["video"]]
        taste = (users[:, 1:] * shown[:, 1:]).sum(-1)
        z = (batch["residual"] - users[:, 0] - shown[:, 0] - taste) / batch["spread"]
        others = jnp.einsum("nf,nkf->nk", users[:, 1:], videos[batch["others"], 1:])
        logits = params["pull"] * jnp.concatenate([taste[:, None], others], 1)
        missed = -jax.nn.log_softmax(logits)[:, 0] * batch["weight"]
        found = rho(z, limit).mean() + settings.retrieval_weight * missed.mean()
        return found if key is None else found + _prior(params, settings) * batch["per_event"]

    return loss


def _prior(params: Params, settings: TowerSettings) -> Any:
    """Ids and authors are normal, in units of their sd; content is shrunk too."""
    user, video = params["user"], params["video"]
    own = [user["ids"], video["ids"], video["authors"]]
    shared = [user["content"], user["past"], video["content"]]
    squares = [sum(jnp.square(values).sum() for values in parts) for parts in (own, shared)]
    return 0.5 * (squares[0] + settings.shrinkage * squares[1])


def fit_towers(
    log: TowerLog,
    settings: TowerSettings,
    limit: float,
    *,
    seed: int,
    earlier: Towers | None = None,
    on_step: Callable[[float], None] = ignore,
) -> Towers:
    """Fit both towers as long as the last days of the log get better, then on these too.

    Parameters
    ----------
    limit : float
        Residual in spreads at which an event counts half.
    earlier : Towers, optional
        A fit on an earlier part of the log, which this one starts from.
    on_step : callable
        Called with the steps that were done.
    """
    loss = make_loss(settings, limit)
    steps = settings.later_steps if earlier else settings.steps
    schedule = Schedule(settings.batch_rows, steps, settings.step, on_step=on_step)
    is_held = log.last_days(settings.validation_days)
    learned, held = (log.rows(np.flatnonzero(is_held == flag), settings.others) for flag in (0, 1))
    params = earlier.params if earlier else start(log, settings, seed)
    # a log of one day has no last days to judge by
    held = held if is_held.any() else None
    params = train(loss, params, learned, schedule, seed=seed, held=held).params
    everything = log.rows(np.arange(len(log.residual)), settings.others)
    last = replace(schedule, steps=settings.later_steps, step=LAST_STEP * settings.step)
    params = train(loss, params, everything, last, seed=seed).params
    users, videos = vectors_at_the_end(params, log)
    return Towers(users, videos, float(params["pull"]), params)


def vectors_at_the_end(params: Params, log: TowerLog) -> tuple[np.ndarray, np.ndarray]:
    """Vectors of all users and videos after the last event, float32 (n, 1 + factors) each."""
    everyone = log.fixed | {"user": np.arange(len(log.users)), "past": log.past[-1]}
    return tuple(
        np.asarray(jax.jit(make)(params, everyone)) for make in (user_vectors, video_vectors)
    )
