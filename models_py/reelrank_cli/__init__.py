"""The command line: the only package that knows both Reelrank and the simulated KuaiRec."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]  # of the repository
