"""Why a video is recommended: SHAP contributions of the ranking head (Lundberg et al. 2020)."""

from reelrank.explanations.contributions import explain_recommendations
from reelrank.explanations.importances import feature_importances

__all__ = ["explain_recommendations", "feature_importances"]
