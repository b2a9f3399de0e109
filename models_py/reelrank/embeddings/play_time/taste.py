"""What the factorisation of play time says, and of events."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from reelrank.embeddings.play_time.context import context_effects
from reelrank.embeddings.play_time.exposure import Strength
from reelrank.embeddings.play_time.least_squares import Effects
from reelrank.embeddings.play_time.log import Levels, PlayLog
from reelrank.embeddings.play_time.priors import VideoPrior


@dataclass(frozen=True)
class PlayTaste:
    """What the events before an instant say.

    Attributes
    ----------
    levels : Levels
    contexts : dict of float64 (n_codes,)
        Effects of hour, age and repeat.
    users, videos : Effects
        m_u and p_u; b_v and q_v.
    user_covariance : float64 (1 + factors, 1 + factors)
        Of the prior of users, whose mean is 0.
    video_prior : VideoPrior
    strength : Strength
        How exposure follows taste.
    chance : tuple of float
        The log-odds of a long view are chance[0] + chance[1] * margin.
    honesty : float
        What `event_weights` multiplied k(z) by.
    """

    levels: Levels
    contexts: dict[str, np.ndarray]
    users: Effects
    videos: Effects
    user_covariance: np.ndarray
    video_prior: VideoPrior
    strength: Strength = Strength()
    chance: tuple[float, float] = (0.0, 1.0)
    honesty: float = 1.0

    def residuals(self, log: PlayLog, part: slice = slice(None)) -> np.ndarray:
        """Log play time of each event less level and context, float64 (n_events,)."""
        usual = self.levels.level[log.users[part]] + context_effects(log.cells[part], self.contexts)
        return log.log_play[part] - usual

    def tastes(self, log: PlayLog, part: slice = slice(None)) -> np.ndarray:
        """m_u + b_v + p_u . q_v of each event, float64 (n_events,)."""
        of_user, of_video = log.users[part], log.videos[part]
        users, videos = self._columns
        found = users[0][of_user] + videos[0][of_video]
        for factor in range(1, len(users)):
            found += users[factor][of_user] * videos[factor][of_video]
        return found

    @cached_property
    def _columns(self) -> tuple[np.ndarray, np.ndarray]:
        """Effects of users and of videos, a row for each number in them."""
        return self.users.means.T.copy(), self.videos.means.T.copy()

    def margins(self, log: PlayLog, part: slice = slice(None)) -> np.ndarray:
        """Give expected log play above what a long view takes, in spreads, float64 (n_events,)."""
        expected = log.log_play[part] - self.residuals(log, part) + self.tastes(log, part)
        return (expected - log.log_long_view[part]) / self.levels.spread[log.users[part]]
