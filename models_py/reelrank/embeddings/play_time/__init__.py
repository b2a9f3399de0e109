"""Taste from play time: what users watch longer than they usually do."""

from reelrank.embeddings.play_time.fitting import fit_play_taste, fit_users_alone
from reelrank.embeddings.play_time.log import Levels, PlayLog, read_levels, read_play_log
from reelrank.embeddings.play_time.taste import PlayTaste
from reelrank.embeddings.play_time.vectors import play_vectors, prior_vectors

__all__ = [
    "Levels",
    "PlayLog",
    "PlayTaste",
    "fit_play_taste",
    "fit_users_alone",
    "play_vectors",
    "prior_vectors",
    "read_levels",
    "read_play_log",
]
