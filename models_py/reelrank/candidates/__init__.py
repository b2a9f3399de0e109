"""Stage 1: a few hundred videos per user out of the whole catalogue.

Every source fits on the train log and gives a `Scorer`; `propose` turns a scorer into lists.
"""

from reelrank.candidates.lists import Candidates, propose
from reelrank.candidates.popularity import read_popularity
from reelrank.candidates.sources import fit_registered_sources, fit_sources
from reelrank.candidates.storing import create_candidates, keep_candidates
from reelrank.candidates.train_log import TrainLog, read_train_log

__all__ = [
    "Candidates",
    "TrainLog",
    "create_candidates",
    "fit_registered_sources",
    "fit_sources",
    "keep_candidates",
    "propose",
    "read_popularity",
    "read_train_log",
]
