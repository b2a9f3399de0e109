"""A model from outside, judged like the models of a run: same users, ties and intervals."""

from reelrank.your_model.judging import Verdict, judge_file
from reelrank.your_model.publishing import publish_verdict

__all__ = ["Verdict", "judge_file", "publish_verdict"]
