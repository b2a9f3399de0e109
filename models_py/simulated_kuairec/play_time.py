"""The generative model of play time, shared by the generator and by the truth.

A view of video v by user u at time t lasts exp(shift + component) ms, whatever the length of
the video. The shift is the appeal: the video's own effect, personal taste, hour of day, novelty,
the video's mood of the day and boredom. The component is one of five: no time at all, a skip,
a loose view (attention wanders, either way), looping, or the user's usual view; their shares and
widths are the user's.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from reelrank.exact_math import cosine_of_turns, dot, exp, log, normal_cdf

from simulated_kuairec.days import DAYS, EPOCH, SECONDS, day_of, hour_of
from simulated_kuairec.draws import normal
from simulated_kuairec.parameters import Parameters
from simulated_kuairec.taste import Taste
from simulated_kuairec.users import Users
from simulated_kuairec.videos import Videos

Matrix = Literal["big", "small"]
MIDDLE = EPOCH + DAYS * SECONDS / 2


@dataclass(frozen=True)
class Components:
    """Mixture of log play time per view, for n views.

    Attributes
    ----------
    zero : float64 (n,)
        Probability of no play time at all.
    parts : tuple of (share, centre, width)
        Normal components of log play time, each (n,); the shares sum to 1 per view.
    longest_ms : float
        No view lasts longer.
    """

    zero: np.ndarray
    parts: tuple[tuple[np.ndarray, np.ndarray, np.ndarray | float], ...]
    longest_ms: float


@dataclass(frozen=True)
class PlayModel:
    """Everything that decides how long a view lasts."""

    users: Users
    videos: Videos
    taste: Taste
    parameters: Parameters

    def shift(
        self, user: np.ndarray, video: np.ndarray, at: np.ndarray | None = None
    ) -> np.ndarray:
        """Appeal of pairs in log play time.

        Parameters
        ----------
        user, video : int (n,)
            Positions.
        at : float64 (n,), optional
            Unix seconds; without, only the lasting appeal: no drift, hour, novelty or mood.

        Returns
        -------
        float64 (n,)
        """
        taste, p = self.taste, self.parameters.taste
        moved = taste.user[user]
        if at is None:
            return self.videos.effect[video] + dot(moved, taste.video[video])
        time = ((at - MIDDLE) / (DAYS * SECONDS)).astype(np.float32)
        moved = moved + taste.drift[user] * np.clip(time, -0.5, 0.5)[:, None]
        personal = dot(moved, taste.video[video])
        day = np.clip(day_of(at), 0, DAYS - 1)
        age = np.maximum(day - self.videos.upload_day[video], 0)
        hour = cosine_of_turns((hour_of(at) - p.hour_peak) / 24)
        novelty = p.novelty_effect * exp(-age / p.novelty_days)
        mood = taste.day[video, day]
        return self.videos.effect[video] + personal + taste.hour[user] * hour + novelty + mood

    def components(self, user: np.ndarray, shift: np.ndarray, matrix: Matrix) -> Components:
        """Mixture of log play time of views with a given shift; shapes (n,)."""
        users, p = self.users, self.parameters.play
        skip, loose, loop = _odds(users.skip), _odds(users.loose), p.loop_share
        spread, level, skip_ms = users.spread, users.level, p.skip_ms
        if matrix == "big":
            skip, loose, loop = (
                skip * p.log_skip_factor, loose * p.log_loose_factor, loop * p.log_loop_factor
            )  # fmt: skip
            skip_ms = p.log_skip_ms
            spread, level = spread * p.log_spread_factor, level + log(p.log_median_factor)
        skip_share = (skip / (1 + skip))[user]
        loose_share = (1 - skip_share) * (loose / (1 + loose))[user]
        loop_share = (1 - skip_share - loose_share) * loop
        usual = level[user] + shift
        parts = (
            (skip_share, log(skip_ms) + shift, p.skip_spread),
            (loose_share, usual + p.loose_shift, p.loose_spread),
            (loop_share, usual + p.loop_shift, p.loop_spread),
            (1 - skip_share - loose_share - loop_share, usual, spread[user]),
        )
        return Components(zero=users.zero[user], parts=parts, longest_ms=p.longest_ms)


def _odds(share: np.ndarray) -> np.ndarray:
    return share / (1 - share)


def draw(c: Components, rng: np.random.Generator) -> np.ndarray:
    """Draw play times in whole ms, int64 (n,)."""
    n = len(c.zero)
    pick = rng.random(n)
    noise = normal(rng, n)
    *others, (_, centre, width) = c.parts
    log_play = centre + width * noise
    start = np.zeros(n)
    for share, centre, width in others:
        mine = (pick >= start) & (pick < start + share)
        log_play = np.where(mine, centre + width * noise, log_play)
        start += share
    play = np.minimum(exp(log_play), c.longest_ms)
    play[rng.random(n) < c.zero] = 0.0
    return np.rint(play).astype(np.int64)


def probability_above(c: Components, play_ms: np.ndarray) -> np.ndarray:
    """Probability that a view lasts longer than `play_ms` (n,); float64 (n,)."""
    x = log(np.maximum(play_ms, 0.5))
    above = sum(share * normal_cdf((centre - x) / width) for share, centre, width in c.parts)
    return (1 - c.zero) * above * (play_ms < c.longest_ms)


def expected_ms(c: Components) -> np.ndarray:
    """Return the expected play time with its upper end, float64 (n,)."""
    top = log(c.longest_ms)

    def limited(centre: np.ndarray, width: np.ndarray | float) -> np.ndarray:
        inside = exp(centre + width * width / 2) * normal_cdf(
            (top - centre - width * width) / width
        )
        return inside + c.longest_ms * normal_cdf((centre - top) / width)

    mean = sum(share * limited(centre, width) for share, centre, width in c.parts)
    return (1 - c.zero) * mean
