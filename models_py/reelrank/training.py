"""The steps of a training run; models_py/train.py puts them in order.

Each step reads tables of the database, or temp tables of earlier steps, and leaves temp tables
run_* with the columns of the ml table of that name.
"""

from dataclasses import dataclass, replace

import duckdb
import numpy as np
import pyarrow as pa
from scipy import sparse

from reelrank.candidates import (
    TrainLog,
    create_candidates,
    fit_registered_sources,
    fit_sources,
    keep_candidates,
    propose,
    read_popularity,
    read_train_log,
)
from reelrank.candidates.als import Factors, fit_factors
from reelrank.costs import keep_cost, make_costs, measured
from reelrank.embeddings import (
    Blocks,
    factor_products,
    keep_vectors,
    make_vector_tables,
    publish_towers,
    publish_vectors,
    split_blocks,
    step_count,
    store_vectors,
    tower_steps,
)
from reelrank.evaluation.orderings import DEPTH
from reelrank.explanations import explain_recommendations, feature_importances
from reelrank.extensions import RANKERS, registered
from reelrank.list_ranker import (
    SOURCES,
    ListHead,
    Moment,
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
    scorer,
    store_heads,
    union_parts,
)
from reelrank.presets import Preset
from reelrank.presets.settings import TIMELESS_SOURCES
from reelrank.progress import progress
from reelrank.ranker import (
    Feature,
    FittedHead,
    fit_heads,
    predict,
    read_training_rows,
    stream_rows,
    with_features,
)
from reelrank.ranker.heads import HEADS
from reelrank.recommendations import (
    RegisteredRankers,
    TasteHeads,
    list_recommendations,
    reorder_candidates,
    score_candidates,
)
from reelrank.warehouse.sql import read_sql
from reelrank.warehouse.tables import store, store_parts

IN_BOTH = ("item_based", "blend")  # that propose dense pairs too
DESCRIBED_USERS = 10_000  # of those who are not judged: enough to say what lists are like
PUBLISHED_FACTORS = 128  # ml.user_factors pads with zeros, which change no product or cosine


@dataclass(frozen=True)
class Job:
    """What every step needs."""

    con: duckdb.DuckDBPyConnection
    preset: Preset
    features: list[Feature]
    blocks: Blocks
    seed: int
    threads: int

    @property
    def first_block(self) -> int:
        """The first block whose rows the ranker learns from: vectors know it, if any."""
        first = self.blocks.first_of_latest(self.preset.ranker.recent_share)
        has_vectors = self.preset.embeddings is not None and self.blocks.after_train > 1
        return max(first, 1) if has_vectors else first


def start_job(
    con: duckdb.DuckDBPyConnection,
    preset: Preset,
    features: list[Feature],
    seed: int,
    threads: int,
) -> Job:
    """Split train into the preset's time blocks."""
    make_costs(con)
    count = preset.embeddings.blocks if preset.embeddings else 1
    return Job(con, preset, features, split_blocks(con, count), seed, threads)


def fit_stage_one(job: Job, log: TrainLog) -> Factors:
    """Fit ALS; make run_user_factors and run_video_factors."""
    settings = job.preset.candidates.als
    with progress("ALS", settings.iterations, "iterations") as update, measured() as cost:
        factors = fit_factors(
            log, settings, seed=job.seed, threads=job.threads, on_iteration=update
        )
    keep_cost(job.con, "als", cost, factors.users.nbytes + factors.videos.nbytes)
    keep_factors(job, log, factors)
    return factors


def keep_factors(job: Job, log: TrainLog, factors: Factors) -> None:
    """Make run_user_factors and run_video_factors."""
    for name, ids, vectors, known in (
        ("user", log.user_ids, factors.users, factors.knows_user),
        ("video", log.video_ids, factors.videos, factors.knows_video),
    ):
        padded = np.zeros((int(known.sum()), PUBLISHED_FACTORS), np.float32)
        padded[:, : vectors.shape[1]] = vectors[known]
        lists = pa.FixedSizeListArray.from_arrays(pa.array(padded.ravel()), PUBLISHED_FACTORS)
        rows = pa.table({f"{name}_id": pa.array(ids[known], pa.int32()), "factors": lists})
        store(job.con, f"run_{name}_factors", rows)


def read_boundary(job: Job, log: TrainLog) -> Moment | None:
    """Read what is known at the boundary, for sources that know what is alive."""
    if job.preset.embeddings is None:
        return None
    return read_moment(job.con, read_cutoffs(job.con)[-1], job.blocks.after_train, log.user_ids)


def propose_candidates(job: Job, log: TrainLog, factors: Factors, boundary: Moment | None) -> None:
    """Make run_candidates and run_dense_candidates of every source that is compared.

    Also list_candidates, where the union of sources feeds the second stage. Everybody gets the
    candidates of the second stage. Of the users who are not judged, as nothing is known of them
    after the boundary, some get as much of the other sources as describes lists.
    """
    settings = job.preset.candidates
    names = list(dict.fromkeys([settings.source, *settings.compared_sources]))
    popularity = read_popularity(job.con, log)
    timeless = [name for name in names if name in TIMELESS_SOURCES]
    scorers = fit_sources(
        timeless, log, factors, popularity, neighbours=settings.neighbours, threads=job.threads
    ) | {name: scorer(boundary, name) for name in names if name in SOURCES}
    own = fit_registered_sources(job.con, log, seed=job.seed, threads=job.threads)
    scorers |= own
    watched = log.watched() if settings.exclude_watched else None
    work = _lists_to_make(job, log, names, list(own))
    for table in ("run_candidates", "run_dense_candidates"):
        create_candidates(job.con, table, [*names, *own, *registered(RANKERS)])
    total = sum(len(users) for *_, users, _, _ in work) + len(log.user_ids) * ("union" in names)
    with progress("candidates", total, "lists") as update:
        if "union" in names:
            union = union_parts(boundary, settings.count, update, job.threads)
            store_parts(job.con, "list_candidates", union)
            job.con.execute(
                "insert into run_candidates by name select"
                " 'union' as model, user_id, rank, video_id, score, source from list_candidates"
            )
        for table, name, users, count, allowed in work:
            found = propose(
                log,
                users,
                count,
                name,
                scorers[name],
                fallback=settings.fallback,
                fallback_order=np.argsort(-popularity[settings.fallback], kind="stable"),
                blocked=watched,
                allowed=allowed,
                threads=job.threads,
                on_users=update,
            )
            keep_candidates(job.con, table, name, found.to_arrow())


def _lists_to_make(job: Job, log: TrainLog, names: list[str], own: list[str]) -> list[tuple]:
    """Name (table, source, positions of users, candidates of each, allowed pairs)."""
    settings = job.preset.candidates
    found = job.con.execute(
        "select distinct user_id from training.interactions where split = 'holdout'"
    ).fetchnumpy()
    is_judged = np.isin(log.user_ids, found["user_id"])
    judged, others = np.flatnonzero(is_judged), np.flatnonzero(~is_judged)
    described = others[:: max(len(others) // DESCRIBED_USERS, 1)]
    dense = dense_pairs(job.con, log)
    with_pairs = np.flatnonzero(np.diff(dense.indptr))
    work = []
    for name in dict.fromkeys([*names, *own]):
        if name == "union":
            continue
        if name == settings.source:
            everyone = np.arange(len(log.user_ids))
            work.append(("run_candidates", name, everyone, settings.count, None))
        else:
            some = min(settings.count, DEPTH)
            work.append(("run_candidates", name, judged, settings.count, None))
            work.append(("run_candidates", name, described, some, None))
        if name in own or name in TIMELESS_SOURCES and name in (settings.source, *IN_BOTH):
            work.append(("run_dense_candidates", name, with_pairs, settings.count, dense))
    return work


def dense_pairs(con: duckdb.DuckDBPyConnection, log: TrainLog) -> sparse.csr_matrix:
    """Read the pairs of training.dense_interactions, csr (n_users, n_videos)."""
    pairs = con.execute(
        "select distinct user_id, video_id from training.dense_interactions"
    ).fetchnumpy()
    is_known = np.isin(pairs["user_id"], log.user_ids) & np.isin(pairs["video_id"], log.video_ids)
    users = np.searchsorted(log.user_ids, pairs["user_id"][is_known])
    videos = np.searchsorted(log.video_ids, pairs["video_id"][is_known])
    shape = (len(log.user_ids), len(log.video_ids))
    return sparse.csr_matrix((np.ones(len(users), np.float32), (users, videos)), shape=shape)


def fit_embeddings(job: Job, log: TrainLog, factors: Factors) -> None:
    """Fit the vectors of every time block, where the preset wants them.

    After train these are the vectors of stage one, where ALS is set alike.
    """
    settings = job.preset.embeddings
    if settings is None:
        make_vector_tables(job.con)
        store_vectors(job.con, job.blocks.after_train, [factor_products(factors)])
        keep_vectors(job.con, job.blocks.after_train)
        return
    published = factors
    if settings.als != job.preset.candidates.als:
        factors = fit_factors(log, settings.als, seed=job.seed, threads=job.threads)
    total = step_count(job.blocks, settings, job.first_block)
    with progress("vectors in time blocks", total, "iterations") as update:
        fits = publish_vectors(
            job.con,
            job.blocks,
            settings,
            (log, factors),
            seed=job.seed,
            threads=job.threads,
            first_block=job.first_block,
            on_step=update,
        )
    if settings.two_tower:
        total = tower_steps(settings, fits)
        with progress("two towers", total, "steps") as update, measured() as cost:
            publish_towers(job.con, job.blocks, settings, fits, seed=job.seed, on_step=update)
        keep_cost(job.con, "two_tower", cost, _size_of_towers(job))
    store_vectors(job.con, job.blocks.after_train, [factor_products(published)])
    keep_vectors(job.con, job.blocks.after_train)


def _size_of_towers(job: Job) -> int:
    """Bytes of the vectors of the towers that know all of train."""
    found = job.con.execute(
        "select sum(4 * len(vector)) from entity_vectors"
        " where block = $block and starts_with(entity, 'tower')",
        {"block": job.blocks.after_train},
    )
    return found.fetchone()[0]


def propose_dense_by_taste(job: Job) -> None:
    """Add to run_dense_candidates what play time alone expects to be long views, if it is fitted.

    What is alive does not matter among dense pairs, as all of them were shown.
    """
    if job.preset.embeddings is None:
        return
    job.con.execute(read_sql("embeddings/dense_moments.sql"))
    job.con.execute(
        read_sql("embeddings/dense_candidates.sql"),
        {"block": job.blocks.after_train, "count": job.preset.candidates.count},
    )


def fit_ranker(job: Job) -> tuple[list[FittedHead], RegisteredRankers]:
    """Read the training rows, fit every head and every registered ranker; make run_models."""
    settings = job.preset.ranker
    total = sum(job.blocks.row_counts[job.first_block :])
    with progress("training rows", min(total, settings.max_train_rows)) as update:
        rows = read_training_rows(
            job.con,
            settings.feature_set,
            job.features,
            job.blocks,
            max_rows=settings.max_train_rows,
            seed=job.seed,
            first_block=job.first_block,
            on_rows=update,
        )
    if any(HEADS[name].reads_events for name in settings.heads):
        from reelrank.neural.last_events import read_last_events

        rows = replace(rows, events=read_last_events(job.con, job.blocks))
    with progress("ranker", settings.most_rounds, "rounds") as update, measured() as cost:
        heads = fit_heads(
            rows,
            job.features,
            settings,
            seed=job.seed,
            threads=job.threads,
            on_round=update,
        )
    keep_heads(job, heads)
    keep_cost(job.con, "ranker", cost, sum(len(fitted.text()) for fitted in heads))
    others = {
        name: fit(rows, seed=job.seed, threads=job.threads)
        for name, fit in registered(RANKERS).items()
    }
    block = job.blocks.after_train
    return heads, RegisteredRankers(others, settings.feature_set, job.features, block)


def keep_heads(job: Job, heads: list[FittedHead]) -> None:
    """Make run_models."""
    models = {
        "head": [fitted.head.name for fitted in heads],
        "round_count": pa.array([fitted.round_count for fitted in heads], pa.int32()),
        "starts_from": pa.array([fitted.start for fitted in heads], pa.string()),
        "model_text": [fitted.text() for fitted in heads],
        "start_score": pa.array([_judged(fitted, "start") for fitted in heads], pa.float64()),
        "trees_score": pa.array([_judged(fitted, "trees") for fitted in heads], pa.float64()),
    }
    store(job.con, "run_models", pa.table(models))


def chosen(con: duckdb.DuckDBPyConnection) -> dict:
    """Say what validation on the last days of train decided: rounds, and what orders lists."""
    heads = con.execute(
        "select head, round_count, starts_from, start_score, trees_score"
        " from run_models order by head"
    ).to_arrow_table()
    return {row.pop("head"): row for row in heads.to_pylist()}


def _judged(fitted: FittedHead, order: str) -> float | None:
    return getattr(fitted.choice, order) if fitted.choice else None


def predict_protocols(
    job: Job, heads: list[FittedHead], others: RegisteredRankers, row_counts: dict[str, int]
) -> None:
    """Make run_predictions for the protocols dense and holdout."""
    feature_set = job.preset.ranker.feature_set
    rows = with_features(job.con, "training.ranker_moments", feature_set, job.features)
    has_towers = job.preset.embeddings is not None and job.preset.embeddings.two_tower is not None
    also = ("two_tower_margin as row_two_tower_score",) if has_towers else ()
    parts = []
    with progress("predictions", row_counts["holdout"] + row_counts["dense"]) as update:
        for protocol in ("holdout", "dense"):
            batches = stream_rows(
                job.con, rows, job.blocks.after_train, dataset=protocol, also=also
            )
            found = predict(heads, job.features, batches, job.threads, update, others.rankers)
            if not len(found):  # own logs have no dense matrix
                continue
            names = pa.DictionaryArray.from_arrays(
                pa.array(np.zeros(len(found), np.int8)), [protocol]
            )
            parts.append(found.append_column("protocol", names))
    store(job.con, "run_predictions", pa.concat_tables(parts).unify_dictionaries())


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
    "propose_dense_by_taste",
    "propose_candidates",
    "read_boundary",
    "read_train_log",
    "recommend",
    "start_job",
]
