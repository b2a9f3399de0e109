"""Experiments on known answers: policies serve the dense users, whose answers are all known."""

from reelrank.experiments.policies import Policy, read_policies
from reelrank.experiments.publishing import publish_experiment
from reelrank.experiments.running import Plan, run_experiment

__all__ = ["Plan", "Policy", "publish_experiment", "read_policies", "run_experiment"]
