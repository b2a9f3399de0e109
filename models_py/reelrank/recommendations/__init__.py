"""Both stages together: every candidate scored, the best of them listed."""

from reelrank.recommendations.lists import TasteHeads, list_recommendations, score_candidates

__all__ = ["TasteHeads", "list_recommendations", "score_candidates"]
