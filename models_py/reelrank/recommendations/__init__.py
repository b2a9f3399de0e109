"""Both stages together: every candidate scored, the best of them listed."""

from reelrank.recommendations.lists import (
    EVERYONE,
    RegisteredRankers,
    TasteHeads,
    list_recommendations,
    reorder_candidates,
    score_candidates,
    want_pairs,
)

__all__ = [
    "EVERYONE",
    "RegisteredRankers",
    "TasteHeads",
    "list_recommendations",
    "reorder_candidates",
    "score_candidates",
    "want_pairs",
]
