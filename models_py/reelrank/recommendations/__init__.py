"""Both stages together: every candidate scored by the ranker, the best of them listed."""

from reelrank.recommendations.lists import list_recommendations, score_candidates

__all__ = ["list_recommendations", "score_candidates"]
