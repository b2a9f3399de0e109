"""Lists: what is alive and near a user's taste, ordered as earlier cut-offs taught."""

from reelrank.list_ranker.cutoffs import Cutoff, read_cutoffs
from reelrank.list_ranker.explaining import explain_lists, list_importances
from reelrank.list_ranker.heads import ListHead
from reelrank.list_ranker.learning import fit_list_heads
from reelrank.list_ranker.moments import Moment, read_moment, sample_users
from reelrank.list_ranker.rows import create_features, read_labelled_rows
from reelrank.list_ranker.scoring import score_lists, store_heads
from reelrank.list_ranker.sources import SOURCES, scorer
from reelrank.list_ranker.trees import most_rounds
from reelrank.list_ranker.union import propose_union, union_parts

__all__ = [
    "SOURCES",
    "Cutoff",
    "ListHead",
    "Moment",
    "create_features",
    "explain_lists",
    "fit_list_heads",
    "list_importances",
    "most_rounds",
    "propose_union",
    "read_cutoffs",
    "read_labelled_rows",
    "read_moment",
    "sample_users",
    "score_lists",
    "scorer",
    "store_heads",
    "union_parts",
]
