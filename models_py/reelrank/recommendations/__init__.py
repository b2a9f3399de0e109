"""Both stages together: every candidate scored, the best of them listed."""

from reelrank.recommendations.lists import (
    RegisteredRankers,
    TasteHeads,
    list_recommendations,
    reorder_candidates,
    score_candidates,
)

__all__ = [
    "RegisteredRankers",
    "TasteHeads",
    "list_recommendations",
    "reorder_candidates",
    "score_candidates",
]
