"""Stage two: the list ranker, its lists and their explanations."""

import pyarrow as pa

from reelrank.costs import keep_cost, measured
from reelrank.explanations import explain_recommendations, feature_importances
from reelrank.list_ranker import (
    ListHead,
    create_features,
    explain_lists,
    fit_list_heads,
    list_importances,
    most_rounds,
    read_cutoffs,
    read_labelled_rows,
    read_moment,
    sample_users,
    score_lists,
    store_heads,
)
from reelrank.progress import progress
from reelrank.ranker import FittedHead
from reelrank.recommendations import (
    RegisteredRankers,
    TasteHeads,
    list_recommendations,
    reorder_candidates,
    score_candidates,
)
from reelrank.training.job import Job
from reelrank.warehouse.tables import store, store_parts


def fit_lists(job: Job) -> list[ListHead]:
    """Teach the second stage on candidates of earlier cut-offs; add its heads to run_models."""
    settings = job.preset.lists
    if settings is None:
        return []
    create_features(job.con)
    cutoffs = read_cutoffs(job.con)[:-1]
    count = job.preset.candidates.count
    labelled = []
    users = [sample_users(job.con, cutoff, settings.users, job.seed) for cutoff in cutoffs]
    with progress("earlier cut-offs", sum(map(len, users)), "lists") as update:
        for cutoff, asked in zip(cutoffs, users, strict=True):
            moment = read_moment(job.con, cutoff, job.blocks.at(cutoff.unix_ms), asked)
            rows = read_labelled_rows(
                job.con, moment, count, settings, job.seed, update, job.threads
            )
            labelled.append(rows)
    total = most_rounds(settings, len(cutoffs))
    with progress("list ranker", total, "rounds") as update, measured() as cost:
        heads = fit_list_heads(
            labelled, settings, seed=job.seed, threads=job.threads, on_round=update
        )
    store_heads(job.con, heads)
    texts = [head.booster.model_to_string() for head in heads if head.booster]
    keep_cost(job.con, "two_stage", cost, sum(map(len, texts)))
    return heads


def recommend(
    job: Job,
    heads: list[FittedHead],
    list_heads: list[ListHead],
    others: RegisteredRankers,
    user_count: int,
) -> None:
    """Make run_lists, the scores of all candidates, and run_recommendations, the best of them."""
    candidates, con = job.preset.candidates, job.con
    taste = TasteHeads(
        heads,
        job.preset.ranker.feature_set,
        job.features,
        job.blocks.after_train,
        job.threads,
    )
    with progress("recommendations", user_count * candidates.count, "candidates") as update:
        if list_heads:
            boundary = read_cutoffs(con)[-1].number
            lists = score_lists(
                con, list_heads, boundary, job.blocks.after_train, job.threads, update
            )
            store_parts(con, "run_lists", lists)
        else:
            store(con, "run_lists", score_candidates(con, candidates.source, taste, update))
    list_recommendations(con, candidates.source, job.preset.recommendations.count, taste)
    if others.rankers:
        reorder_candidates(con, candidates.source, others)


def explain(job: Job, heads: list[FittedHead], list_heads: list[ListHead], user_count: int) -> None:
    """Make run_explanations, of the lists shown, and run_feature_importances, of all heads."""
    settings = job.preset.recommendations
    values = {
        "top": settings.explained_count,
        "kept": settings.contribution_count,
        "threads": job.threads,
    }
    if list_heads:
        head = next(found for found in list_heads if found.relevance == "long_view")
        boundary = read_cutoffs(job.con)[-1].number
        block = job.blocks.after_train
        explanations, means = explain_lists(job.con, head, boundary, block, **values)
        store(job.con, "run_explanations", explanations)
        importances = feature_importances(heads, job.features, "", None)
        importances = pa.concat_tables([importances, list_importances(head, means)])
        store(job.con, "run_feature_importances", importances)
        return
    ranking_head = job.preset.ranker.ranking_head
    head = next(fitted for fitted in heads if fitted.head.name == ranking_head)
    with progress("explanations", user_count * settings.explained_count) as update:
        mean_abs_shap = explain_recommendations(
            job.con,
            head,
            job.preset.ranker.feature_set,
            job.features,
            job.blocks.after_train,
            on_rows=update,
            **values,
        )
    importances = feature_importances(heads, job.features, ranking_head, mean_abs_shap)
    store(job.con, "run_feature_importances", importances)
