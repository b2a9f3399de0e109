"""Which models are judged, and the SQL file that orders each one's lists."""

from dataclasses import dataclass

LIKED = "watch_ratio_above_1"
LONG_VIEW = "long_view"
BOTH = (LIKED, LONG_VIEW)

ROW_PROTOCOLS = ("dense", "holdout", "holdout_with_repeats")
CUTOFFS = (5, 10, 20, 50, 100, 250)
CANDIDATE_CUTOFFS = (50, 100, 250, 500)
METRICS = ("precision", "recall", "ndcg", "map", "mrr", "hit_rate")


@dataclass(frozen=True)
class Ordering:
    """One way to order lists, and the relevances that it answers.

    Attributes
    ----------
    model : str
        Name in ml.metrics.
    scores : str
        SQL file, without its ending, that scores the rows or makes the lists.
    relevances : tuple of str
        A model with an order of its own for each relevance has two orderings.
    """

    model: str
    scores: str
    relevances: tuple[str, ...] = BOTH

    @property
    def is_shown(self) -> bool:
        """Whether these are the lists a user would see: the ones ordered for long views."""
        return LONG_VIEW in self.relevances


def _one_per_relevance(model: str, scores: str) -> tuple[Ordering, Ordering]:
    """Orderings of a model that has a score for each relevance."""
    return (
        Ordering(model, f"{scores}_watch_ratio", (LIKED,)),
        Ordering(model, f"{scores}_long_view", (LONG_VIEW,)),
    )


ROW_ORDERINGS = (
    *_one_per_relevance("ranker", "scores/ranker"),
    Ordering("als", "scores/als"),
    Ordering("random", "scores/random"),
    Ordering("shortest_first", "scores/shortest_first"),
    Ordering("most_viewed", "scores/most_viewed"),
    *_one_per_relevance("best_received", "scores/best_received"),
    Ordering("median_per_video", "scores/median_per_video"),
)
DEBIASED_ORDERING = Ordering("ranker_debiased", "scores/ranker_debiased", (LONG_VIEW,))
ORACLE_ORDERINGS = _one_per_relevance("oracle", "scores/oracle")
DENSE_TWO_STAGE_ORDERINGS = _one_per_relevance("two_stage", "scores/dense_two_stage")

TWO_STAGE_ORDERINGS = _one_per_relevance("two_stage", "lists/two_stage")
CATALOGUE_ORDERINGS = (
    Ordering("most_viewed", "lists/most_viewed"),
    *_one_per_relevance("best_received", "lists/best_received"),
    Ordering("shortest_first", "lists/shortest_first"),
    Ordering("median_per_video", "lists/median_per_video"),
)
RANDOM_LISTS = Ordering("random", "lists/random")
