"""The steps of a training run; models_py/train.py puts them in order.

Each step reads tables of the database, or temp tables of earlier steps, and leaves temp tables
run_* with the columns of the ml table of that name.
"""

from reelrank.candidates import read_train_log
from reelrank.training.candidates import (
    fit_stage_one,
    keep_factors,
    propose_candidates,
    propose_dense_by_taste,
    read_boundary,
)
from reelrank.training.job import Job, start_job
from reelrank.training.lists import explain, fit_lists, recommend
from reelrank.training.ranker import chosen, fit_ranker, keep_heads, predict_protocols
from reelrank.training.vectors import fit_embeddings

__all__ = [
    "Job",
    "chosen",
    "explain",
    "fit_embeddings",
    "fit_lists",
    "fit_ranker",
    "fit_stage_one",
    "keep_factors",
    "keep_heads",
    "predict_protocols",
    "propose_candidates",
    "propose_dense_by_taste",
    "read_boundary",
    "read_train_log",
    "recommend",
    "start_job",
]
