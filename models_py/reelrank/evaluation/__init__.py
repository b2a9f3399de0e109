"""How good the models are: ranking metrics, intervals by bootstrap over users."""

from reelrank.evaluation.judging import evaluate
from reelrank.evaluation.runs import compare_runs

__all__ = ["compare_runs", "evaluate"]
