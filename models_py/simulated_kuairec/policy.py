"""What the exposure policy believes of each user's taste: learned from what it showed itself.

Bayesian linear regression per user. A view gives the policy one noisy signal of the pair's appeal
(likes, follows, how long, all in one number); before each window of the log it takes the mean of
its belief as its guess, shows more of what the guess favours, and learns only from those views.
So a wrong guess lives on where the policy shows little that could correct it.
"""

import numpy as np
from reelrank.exact_math import cholesky, gram, product, solve, total

from simulated_kuairec.days import DAYS, LOG_DAYS, WINDOWS
from simulated_kuairec.draws import normal
from simulated_kuairec.parameters import Exposure
from simulated_kuairec.play_time import PlayModel


def taste_in_window(model: PlayModel, users: np.ndarray, window: int) -> np.ndarray:
    """Taste of the users in the middle of a window, drift included; float64 (n_users, k)."""
    start, stop = WINDOWS[window]
    time = (LOG_DAYS[start:stop].sum() / (stop - start) + 0.5) / DAYS - 0.5
    return (model.taste.user[users] + time * model.taste.drift[users]).astype(np.float64)


class Beliefs:
    """Normal beliefs of the tastes of some users.

    Parameters
    ----------
    model : PlayModel
        The true tastes, which the policy sees through noisy signals only.
    users : int64 (n_users,)
        Positions of the users.
    p : Exposure
        How many views the policy saw before the log, and how noisy a signal is.
    rng : numpy.random.Generator
        Source of the noise.
    """

    def __init__(
        self, model: PlayModel, users: np.ndarray, p: Exposure, rng: np.random.Generator
    ) -> None:
        self._model, self._users, self._rng = model, users, rng
        self._noise = p.signal_noise
        video = model.taste.video.astype(np.float64)
        k = video.shape[1]
        known = p.views_before * gram(video / self._noise) / len(video)
        truth = taste_in_window(model, users, 0)
        noise = product(normal(rng, truth.shape), cholesky(known + 1e-12 * np.eye(k)).T)
        self._precision = np.tile(np.eye(k) + known, (len(users), 1, 1))
        self._weighted = product(truth, known) + noise

    def guess(self) -> np.ndarray:
        """Mean of the belief, float64 (n_users, k)."""
        return solve(self._precision, self._weighted)

    def learn(self, shown: list[np.ndarray], window: int) -> None:
        """Take in one signal of each video shown in a window: positions of videos per user."""
        truth = taste_in_window(self._model, self._users, window)
        for row, videos in enumerate(shown):
            if len(videos) == 0:
                continue
            offers = self._model.taste.video[videos].astype(np.float64) / self._noise
            signals = product(offers, truth[row][:, None]) + normal(self._rng, (len(videos), 1))
            self._precision[row] += gram(offers)
            self._weighted[row] += total(offers * signals, 0)
