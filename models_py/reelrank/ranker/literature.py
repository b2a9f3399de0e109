"""Two heads that papers on watch time report, to be compared with ours on the same rows.

Both take the length of the video out of the target: what counts is how long a view is among views
of videos of similar length. `scripts/experiments/compare_heads.py` fits them; no preset does.

D2Q: Zhan et al., Deconfounding Duration Bias in Watch-time Prediction for Video Recommendation,
KDD 2022. The target is the share of the group's views that are shorter.
WTG: Zheng et al., DVR: Micro-Video Recommendation Optimizing Watch-Time-Gain under Duration Bias,
MM 2022. The target is the distance from the group's mean in its standard deviations; without the
paper's adversarial part, which has no place in trees.
"""

from dataclasses import dataclass

import numpy as np

from reelrank.ranker.heads import Head
from reelrank.ranker.rows import TrainingRows

LITERATURE_HEADS = ("d2q", "wtg")
GROUPS = 30  # of equal size, in the order of length; the papers try 10 to 100
SHARES = np.linspace(0.0, 1.0, 1_001)


@dataclass(frozen=True)
class DurationGroups:
    """What train's views of videos of similar length lasted.

    Attributes
    ----------
    edges : float32 (n_groups - 1,)
        Lengths in ms at which the next group begins.
    quantiles : float64 (n_groups, 1001)
        Play time in ms that a share of the group's views does not exceed.
    mean, spread : float64 (n_groups,)
        Of the group's play times.
    """

    edges: np.ndarray
    quantiles: np.ndarray
    mean: np.ndarray
    spread: np.ndarray

    def of(self, duration_ms: np.ndarray) -> np.ndarray:
        """Group of each length, int64 (n,)."""
        return np.searchsorted(self.edges, duration_ms, side="right")

    def share(self, play_ms: np.ndarray, duration_ms: np.ndarray) -> np.ndarray:
        """Share of the group's views that are shorter, ties counted half; float64 (n,)."""
        return self._by_group(play_ms, duration_ms, _mid_share)

    def play_at(self, share: np.ndarray, duration_ms: np.ndarray) -> np.ndarray:
        """Play time in ms at a share of the group, float64 (n,)."""
        return self._by_group(share, duration_ms, lambda x, known: np.interp(x, SHARES, known))

    def _by_group(self, values: np.ndarray, duration_ms: np.ndarray, function) -> np.ndarray:  # noqa: ANN001
        group, out = self.of(duration_ms), np.empty(len(values))
        for number, known in enumerate(self.quantiles):
            out[group == number] = function(values[group == number], known)
        return out


def _mid_share(play_ms: np.ndarray, quantiles: np.ndarray) -> np.ndarray:
    below, upto = (np.searchsorted(quantiles, play_ms, side) for side in ("left", "right"))
    return (below + upto) / (2 * len(quantiles))


def find_groups(play_ms: np.ndarray, duration_ms: np.ndarray) -> DurationGroups:
    """Group views by the length of their videos; groups that would be empty are left out."""
    edges = np.unique(np.quantile(duration_ms, np.arange(1, GROUPS) / GROUPS, method="higher"))
    edges = edges[edges > duration_ms.min()]
    group = np.searchsorted(edges, duration_ms, side="right")
    plays = [play_ms[group == number] for number in range(len(edges) + 1)]
    return DurationGroups(
        edges=edges,
        quantiles=np.array([np.quantile(mine, SHARES) for mine in plays]),
        mean=np.array([mine.mean() for mine in plays]),
        spread=np.array([max(mine.std(), 1.0) for mine in plays]),
    )


def literature_heads(rows: TrainingRows) -> dict[str, Head]:
    """Heads by name, with the groups of these rows of train."""

    def play(rows: TrainingRows) -> np.ndarray:
        return rows.watch_ratio.astype(np.float64) * rows.duration_ms

    groups = find_groups(play(rows), rows.duration_ms)

    def gain(rows: TrainingRows) -> np.ndarray:
        group = groups.of(rows.duration_ms)
        return (play(rows) - groups.mean[group]) / groups.spread[group]

    def ratio_of_gain(predicted: np.ndarray, duration_ms: np.ndarray) -> np.ndarray:
        group = groups.of(duration_ms)
        play_ms = groups.mean[group] + predicted * groups.spread[group]
        return np.maximum(play_ms, 0) / np.maximum(duration_ms, 1)

    squared = {"objective": "regression", "metric": "l2"}
    heads = (
        Head(
            "d2q",
            squared,
            lambda rows: groups.share(play(rows), rows.duration_ms),
            to_watch_ratio=lambda predicted, duration_ms: (
                groups.play_at(predicted, duration_ms) / np.maximum(duration_ms, 1)
            ),
        ),
        Head("wtg", squared, gain, to_watch_ratio=ratio_of_gain),
    )
    return {head.name: head for head in heads}
