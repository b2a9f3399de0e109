"""What is expected of a user or video before its events are seen, learned from all of them.

Empirical Bayes: a prior's covariance is the mean of (estimate - prior mean)(...)' plus the
posterior covariance, which is one step of expectation maximisation (Dempster, Laird and Rubin
1977, Maximum likelihood from incomplete data via the EM algorithm, section 4.5). Without the
posterior covariance it would shrink to nothing. A factor that the log does not need ends near 0.
"""

from dataclasses import dataclass, replace

import numpy as np

from reelrank.embeddings.play_time.least_squares import Effects

LEAST_VARIANCE = 1e-8  # keeps a prior that shrinks to nothing invertible


def covariance_of(effects: Effects, prior_means: np.ndarray) -> np.ndarray:
    """Estimate the covariance of a prior again, float64 (d, d); biases apart from vectors."""
    known = effects.is_known
    away = (effects.means - prior_means)[known]
    return _apart((away.T @ away + effects.covariances[known].sum(axis=0)) / max(len(away), 1))


def _apart(covariance: np.ndarray) -> np.ndarray:
    """Drop what bias and vector share, and keep the rest invertible."""
    covariance = covariance + LEAST_VARIANCE * np.eye(len(covariance))
    covariance[0, 1:] = covariance[1:, 0] = 0
    return covariance


@dataclass(frozen=True)
class VideoPrior:
    """Prior means of videos: the effects of category, tag and author, added up.

    Attributes
    ----------
    groups : tuple of int32 (n_videos,)
        The number of each video's group, for each kind of group.
    effects : tuple of float64 (n_groups, d)
    spreads : tuple of float64 (d, d)
        Covariance of the effects of each kind.
    covariance : float64 (d, d)
        Of a video about its prior mean.
    """

    groups: tuple[np.ndarray, ...]
    effects: tuple[np.ndarray, ...]
    spreads: tuple[np.ndarray, ...]
    covariance: np.ndarray

    @classmethod
    def start(cls, groups: tuple[np.ndarray, ...], width: int, variance: float) -> "VideoPrior":
        """Begin without effects, and with a wide prior."""
        return cls(
            groups,
            tuple(np.zeros((int(of.max(initial=0)) + 1, width)) for of in groups),
            tuple(variance / 4 * np.eye(width) for _ in groups),
            variance * np.eye(width),
        )

    @property
    def means(self) -> np.ndarray:
        """Prior mean of each video, float64 (n_videos, d)."""
        return sum(effects[of] for effects, of in zip(self.effects, self.groups, strict=True))

    def learned_from(self, videos: Effects) -> "VideoPrior":
        """Estimate effects, their covariances and that of the videos again."""
        known = videos.is_known
        precision = np.linalg.inv(self.covariance)
        effects, spreads = list(self.effects), list(self.spreads)
        total = self.means
        uncertain = np.zeros_like(self.covariance)
        for kind, of in enumerate(self.groups):
            others = total - effects[kind][of]
            counts = np.bincount(of[known], minlength=len(effects[kind]))
            sums = np.stack(
                [
                    np.bincount(of[known], column, minlength=len(counts))
                    for column in (videos.means - others)[known].T
                ],
                axis=1,
            )
            posterior = np.linalg.inv(
                counts[:, None, None] * precision + np.linalg.inv(spreads[kind])
            )
            effects[kind] = np.einsum("nij,nj->ni", posterior, sums @ precision)
            total = others + effects[kind][of]
            spreads[kind] = covariance_of(
                Effects(effects[kind], posterior, counts > 0), np.zeros(1)
            )
            uncertain += posterior[of[known]].sum(axis=0) / max(known.sum(), 1)
        covariance = covariance_of(videos, total) + _apart(uncertain)
        return replace(self, effects=tuple(effects), spreads=tuple(spreads), covariance=covariance)

    def moved(self, change: np.ndarray) -> "VideoPrior":
        """Add `change`, float64 (n_groups of the first kind, d), to the first effects."""
        return replace(self, effects=(self.effects[0] + change, *self.effects[1:]))
