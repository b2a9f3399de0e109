"""What a preset says, as frozen dataclasses; the metadata of a field holds its allowed range."""

from dataclasses import dataclass, field

from reelrank.presets.allowed import (
    CONFIDENCES,
    FALLBACKS,
    living_sources,
    long_view_heads,
    network_heads,
    one_of,
    registered_sources,
    some_of,
    sources,
    watch_ratio_heads,
    within,
)


@dataclass(frozen=True)
class AlsSettings:
    """Alternating least squares on watches (Hu, Koren and Volinsky 2008).

    The confidence of a pair with weight w (column `confidence` of training.als_confidences) is
    `base_confidence + alpha * w / (1 + w / saturation)`, no saturation at 0. A watched pair of
    weight 0 counts as disliked with confidence `unliked_confidence`, or is left out at 0.
    """

    confidence: str = one_of(*CONFIDENCES)
    base_confidence: float = within(0, 1_000)
    alpha: float = within(0.001, 10_000)
    saturation: float = within(0, 1_000_000)
    unliked_confidence: float = within(0, 1_000)
    factors: int = within(1, 128)
    regularization: float = within(0, 100_000)
    iterations: int = within(1, 1_000)

    @property
    def later_iterations(self) -> int:
        """Iterations of a fit that starts from an earlier one: half, at least 4."""
        return max((self.iterations + 1) // 2, min(self.iterations, 4))

    def iteration_count(self, fits: int) -> int:
        """Count the iterations of `fits` fits, each but the first started from the one before."""
        return self.iterations * min(fits, 1) + self.later_iterations * max(fits - 1, 0)


@dataclass(frozen=True)
class CandidateSettings:
    """Stage 1: which videos of the catalogue the ranker gets to see."""

    source: str = one_of(sources, registered_sources)
    compared_sources: tuple[str, ...] = some_of(sources, registered_sources)
    count: int = within(1, 10_000)
    exclude_watched: bool = field()
    fallback: str = one_of(*FALLBACKS)
    neighbours: int = within(1, 10_000)
    als: AlsSettings = field()


@dataclass(frozen=True)
class PlayTimeSettings:
    """Factorisation of log play time (embeddings/play_time/fitting.py)."""

    factors: int = within(0, 32)
    sweeps: int = within(1, 100)
    later_sweeps: int = within(1, 100)
    outlier_spreads: float = within(0.1, 100)
    exposure: bool = True

    def sweep_count(self, fits: int) -> int:
        """Sweeps of `fits` fits, each but the first started from the one before."""
        return 3 * self.sweeps + 2 * self.later_sweeps * (fits - 1)


@dataclass(frozen=True)
class TowerSettings:
    """Two towers on play time and on what was shown (neural/two_tower.py).

    `width` is that of their hidden layers. A first fit takes `steps` at most, one that starts from
    it `later_steps`, and so does the training on all events after either. Each event shown is
    compared with `others`, and this comparison weighs `retrieval_weight` beside the play time.
    `shrinkage` is that of what content says.
    """

    factors: int = within(1, 128)
    width: int = within(1, 1_024)
    steps: int = within(1, 1_000_000)
    later_steps: int = within(1, 1_000_000)
    batch_rows: int = within(16, 1_000_000)
    step: float = within(0.00001, 1)
    shrinkage: float = within(0, 1_000)
    others: int = within(1, 1_000)
    retrieval_weight: float = within(0, 100)
    validation_days: int = within(1, 365)

    def step_count(self, fits: int) -> int:
        """Count the steps of `fits` fits, each but the first started from the one before."""
        return self.steps + self.later_steps * (2 * fits - 1)


@dataclass(frozen=True)
class EmbeddingSettings:
    """Vectors as features of the ranker, each learned before the block of time it is used in.

    `exposure` is ALS on views of any kind, what the feed shows to whom, for the list ranker. Twice
    the factors or iterations order lists no better.
    """

    blocks: int = within(1, 64)
    als: AlsSettings = field()
    play_time: PlayTimeSettings = field()
    exposure: AlsSettings = AlsSettings(
        confidence="watch_count",
        base_confidence=3.0,
        alpha=1.0,
        saturation=0.0,
        unliked_confidence=0.0,
        factors=8,
        regularization=30.0,
        iterations=4,
    )
    two_tower: TowerSettings | None = None


@dataclass(frozen=True)
class BoosterSettings:
    """Parameters handed to LightGBM under the same names; None leaves LightGBM's default."""

    num_leaves: int = within(2, 4_096)
    learning_rate: float = within(0.0001, 1)
    max_bin: int | None = within(2, 1_023, None)
    min_data_in_leaf: int | None = within(0, 10_000_000, None)
    feature_fraction: float | None = within(0.01, 1, None)
    bagging_fraction: float | None = within(0.01, 1, None)
    bagging_freq: int | None = within(0, 1_000, None)
    lambda_l1: float | None = within(0, 1_000_000, None)
    lambda_l2: float | None = within(0, 1_000_000, None)
    max_cat_threshold: int | None = within(1, 100_000, None)
    cat_smooth: float | None = within(0, 1_000_000, None)
    cat_l2: float | None = within(0, 1_000_000, None)
    min_data_per_group: int | None = within(1, 10_000_000, None)


@dataclass(frozen=True)
class NetSettings:
    """How heads that are networks are trained (neural/trainer.py).

    `width` is that of the first hidden layer. The held-back rows are judged `checks` times in at
    most `steps`, and `patience` checks without gain end the training.
    """

    width: int = within(1, 4_096)
    batch_rows: int = within(16, 1_000_000)
    steps: int = within(1, 1_000_000)
    step: float = within(0.00001, 1)
    checks: int = within(1, 1_000)
    patience: int = within(1, 1_000)
    shrinkage: float = within(0, 1)


@dataclass(frozen=True)
class RankerSettings:
    """Stage 2: LightGBM heads on the features of one feature set."""

    feature_set: str = one_of("reference", "default", "extended")
    heads: tuple[str, ...] = some_of(watch_ratio_heads, long_view_heads)
    recent_share: float = within(0.01, 1)
    max_train_rows: int = within(100, 10_000_000_000)
    max_rounds: int = within(1, 100_000)
    early_stopping_rounds: int = within(0, 10_000)
    validation_days: int = within(0, 365)
    refit: bool = field()
    parameters: BoosterSettings = field()
    learning_rates: dict[str, float] | None = within(0.0001, 1, None)  # of heads of another pace
    follow_log_size: bool = False  # see ranker/sizing.py
    net: NetSettings | None = None  # for heads that are networks

    def learning_rate(self, head: str) -> float:
        """Give the rate of a head: its own, or that of all."""
        return (self.learning_rates or {}).get(head, self.parameters.learning_rate)

    @property
    def most_rounds(self) -> int:
        """Count the rounds of all heads, at most: where refitting, those of both fits."""
        fits = 2 if self.refit and self.early_stopping_rounds and self.validation_days else 1
        return fits * self.max_rounds * len(self.heads)

    @property
    def watch_ratio_head(self) -> str:
        """The head that predicts the watch ratio."""
        return next(head for head in self.heads if head in watch_ratio_heads())

    @property
    def long_view_head(self) -> str | None:
        """The head that orders by long view, or None where the preset has none."""
        return next((head for head in self.heads if head in long_view_heads()), None)

    @property
    def ranking_head(self) -> str:
        """The head that orders recommendations: long view where there is one."""
        return self.long_view_head or self.watch_ratio_head


@dataclass(frozen=True)
class ListSettings:
    """The second stage of lists, taught on the candidates of earlier cut-offs.

    `users` are asked at each cut-off; of `whole_lists` of them all candidates are read, of the
    others the relevant ones and `other_share` of the rest. Trees are kept unless they clearly
    lose to what they start from on every cut-off inside train, taught on the others. The order
    shown is the list score plus w x the log chance of a long view: the largest w that costs at
    most the share `most_lost` of nDCG there.
    """

    users: int = within(1, 100_000_000)
    whole_lists: int = within(1, 100_000_000)
    other_share: float = within(0.001, 1)
    rounds: int = within(1, 10_000)
    most_lost: float = within(0, 1)


@dataclass(frozen=True)
class RecommendationSettings:
    """The lists that are published and explained."""

    count: int = within(1, 1_000)
    explained_count: int = within(0, 1_000)
    contribution_count: int = within(1, 100)


@dataclass(frozen=True)
class Preset:
    """All parameters of a training run."""

    name: str
    description: str
    candidates: CandidateSettings
    embeddings: EmbeddingSettings | None
    ranker: RankerSettings
    lists: ListSettings | None
    recommendations: RecommendationSettings

    @property
    def needs_networks(self) -> bool:
        """Whether it takes the optional extra (reelrank/neural)."""
        has_towers = self.embeddings is not None and self.embeddings.two_tower is not None
        return has_towers or bool(network_heads(self.ranker.heads))

    @property
    def dense_source(self) -> str:
        """The source that picks among dense pairs, a question of taste: play time where it can."""
        if self.embeddings is not None:
            return "play_time"
        return "als" if self.candidates.source in living_sources() else self.candidates.source
