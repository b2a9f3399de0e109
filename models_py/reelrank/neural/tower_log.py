"""The train log as two towers read it: events, what users watched before, what else was shown."""

from dataclasses import dataclass
from functools import cached_property

import jax
import numpy as np

from reelrank.embeddings.play_time import PlayLog, PlayTaste
from reelrank.exact_math import log as log_of
from reelrank.neural.trainer import Batch, Rows

PERIODS = 64  # at most; a longer log is cut into equal periods of several days
PRIOR_EVENTS = 5.0  # of a user and category, with residual 0
MOST_SPREADS = 3.0  # residuals are cut off here before they are added up


@dataclass(frozen=True)
class TowerLog:
    """Events of train before an instant, in the order of users and time.

    Attributes
    ----------
    log : PlayLog
    residual : float32 (n_events,)
        Log play time less level and context.
    spread : float32 (n_users,)
    period : int32 (n_events,)
    past : float32 (n_periods + 1, n_users, 2 * n_categories)
        For each period the log of the views before it, and their shrunk mean residual in spreads.
    order : int64 (n_events,)
        Events by period, users of the dense matrix apart.
    starts : int64 (2 * n_periods + 1,)
        Where each of these begins in `order`.
    users, videos : float32 (n_users, k), (n_videos, l)
        Their content.
    sds : dict of float32 (1 + factors,)
        How much users, videos and authors differ, as the factorisation found.
    """

    log: PlayLog
    residual: np.ndarray
    spread: np.ndarray
    period: np.ndarray
    past: np.ndarray
    order: np.ndarray
    starts: np.ndarray
    users: np.ndarray
    videos: np.ndarray
    sds: dict[str, np.ndarray]

    @classmethod
    def of(
        cls, log: PlayLog, taste: PlayTaste, contents: tuple[np.ndarray, np.ndarray], factors: int
    ) -> "TowerLog":
        """Prepare a log with the levels and contexts of the factorisation fitted on it."""
        first = int(log.day.min(initial=np.iinfo(np.int32).max))
        length = max(int(log.day.max(initial=first)) - first + 1, 1)
        periods = min(length, PERIODS)
        period = ((log.day - first).astype(np.int64) * periods // length).astype(np.int32)
        residual = taste.residuals(log).astype(np.float32)
        spread = taste.levels.spread.astype(np.float32)
        kinds = 2 * period + log.is_dense_user[log.users]
        return cls(
            log=log,
            residual=residual,
            spread=spread,
            period=period,
            past=_past(log, residual / spread[log.users], period, periods),
            order=np.argsort(kinds, kind="stable"),
            starts=np.concatenate([[0], np.cumsum(np.bincount(kinds, minlength=2 * periods))]),
            users=contents[0],
            videos=contents[1],
            sds={
                "user_sd": _sds(taste.user_covariance, factors),
                "video_sd": _sds(taste.video_prior.covariance, factors),
                "author_sd": _sds(taste.video_prior.spreads[2], factors),
            },
        )

    @property
    def author_count(self) -> int:
        """Authors, those of no video included."""
        return int(self.log.groups[2].max(initial=0)) + 1

    @cached_property
    def fixed(self) -> Batch:
        """What every batch has."""
        found = {"users": self.users, "videos": self.videos, "authors": self.log.groups[2]}
        return {name: jax.device_put(values) for name, values in (found | self.sds).items()}

    def rows(self, events: np.ndarray, other_count: int) -> Rows:
        """Read some events in batches, each with other videos shown in its period."""
        log = self.log
        fixed = self.fixed | {"per_event": np.float32(1 / max(len(events), 1))}

        def take(places: np.ndarray, rng: np.random.Generator) -> Batch:
            chosen = events[places]
            users, period = log.users[chosen], self.period[chosen]
            kind = 2 * period + log.is_dense_user[users]
            begin, size = self.starts[kind], self.starts[kind + 1] - self.starts[kind]
            drawn = rng.random((len(chosen), other_count)) * size[:, None]
            others = self.order[drawn.astype(np.int64) + begin[:, None]]
            return fixed | {
                "user": users,
                "video": log.videos[chosen],
                "residual": self.residual[chosen],
                "spread": self.spread[users],
                "past": self.past[period, users],
                "others": log.videos[others],
                "weight": log.contexts["repeat"][chosen] == 0,
            }

        return Rows(len(events), take)

    def last_days(self, days: int) -> np.ndarray:
        """Say which events are of the last days, bool (n_events,); never all."""
        last = int(self.log.day.max(initial=0))
        first = int(self.log.day.min(initial=last))
        return self.log.day > max(last - days, first)


def _past(log: PlayLog, scaled: np.ndarray, period: np.ndarray, periods: int) -> np.ndarray:
    """Add up views and residuals by category of the video, before each period and at the end."""
    category = log.groups[0][log.videos]
    count, users = int(log.groups[0].max(initial=0)) + 1, len(log.user_ids)
    places = (period.astype(np.int64) * users + log.users) * count + category
    found = np.zeros((periods + 1, users, 2 * count), np.float32)
    size = periods * users * count
    cut = np.clip(scaled, -MOST_SPREADS, MOST_SPREADS)
    for half, weights in ((0, None), (1, cut)):
        sums = np.bincount(places, weights, size).astype(np.float32).reshape(periods, users, count)
        np.cumsum(sums, axis=0, out=found[1:, :, half * count : (half + 1) * count])
    views = found[..., :count]
    found[..., count:] /= views + np.float32(PRIOR_EVENTS)
    found[..., :count] = log_of(1 + views)
    return found


def _sds(covariance: np.ndarray, factors: int) -> np.ndarray:
    """Of a bias, and of the places of a vector, which are alike: float32 (1 + factors,)."""
    variances = np.diag(covariance)
    vector = variances[1:].sum() / factors  # the same spread of p . q, whatever their length
    return np.sqrt(np.array([variances[0], *[vector] * factors])).astype(np.float32)
