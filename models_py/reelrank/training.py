"""The steps of a training run; models_py/train.py puts them in order.

Each step reads tables of the database, or temp tables of earlier steps, and leaves temp tables
run_* with the columns of the ml table of that name.
"""

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from scipy import sparse

from reelrank.candidates import TrainLog, fit_sources, propose, read_train_log
from reelrank.candidates.als import Factors, fit_factors
from reelrank.candidates.sources import fallback_order
from reelrank.embeddings import (
    Blocks,
    keep_vectors,
    make_vector_tables,
    publish_vectors,
    split_blocks,
    step_count,
)
from reelrank.explanations import explain_recommendations, feature_importances
from reelrank.presets import Preset
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
from reelrank.recommendations import list_recommendations, score_candidates
from reelrank.warehouse.tables import store

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
    count = preset.embeddings.blocks if preset.embeddings else 1
    return Job(con, preset, features, split_blocks(con, count), seed, threads)


def fit_stage_one(job: Job, log: TrainLog) -> Factors:
    """Fit ALS; make run_user_factors and run_video_factors."""
    settings = job.preset.candidates.als
    with progress("ALS", settings.iterations, "iterations") as update:
        factors = fit_factors(
            log, settings, seed=job.seed, threads=job.threads, on_iteration=update
        )
    for name, ids, vectors, known in (
        ("user", log.user_ids, factors.users, factors.knows_user),
        ("video", log.video_ids, factors.videos, factors.knows_video),
    ):
        padded = np.zeros((int(known.sum()), PUBLISHED_FACTORS), np.float32)
        padded[:, : vectors.shape[1]] = vectors[known]
        lists = pa.FixedSizeListArray.from_arrays(pa.array(padded.ravel()), PUBLISHED_FACTORS)
        rows = pa.table({f"{name}_id": pa.array(ids[known], pa.int32()), "factors": lists})
        store(job.con, f"run_{name}_factors", rows)
    return factors


def propose_candidates(job: Job, log: TrainLog, factors: Factors) -> None:
    """Make run_candidates and run_dense_candidates of every source that is compared."""
    settings = job.preset.candidates
    names = list(dict.fromkeys([settings.source, *settings.compared_sources]))
    scorers = fit_sources(names, log, factors, neighbours=settings.neighbours, threads=job.threads)
    watched = log.watched() if settings.exclude_watched else None
    order = fallback_order(settings.fallback, log)
    dense = dense_pairs(job.con, log)
    dense_users = np.flatnonzero(np.diff(dense.indptr))
    work = {
        "run_candidates": (names, np.arange(len(log.user_ids)), None),
        "run_dense_candidates": (
            [name for name in names if name in (settings.source, "item_based", "blend")],
            dense_users,
            dense,
        ),
    }
    total = sum(len(chosen) * len(users) for chosen, users, _ in work.values())
    with progress("candidates", total, "lists") as update:
        for table, (chosen, users, allowed) in work.items():
            parts = []
            for name in chosen:
                found = propose(
                    log,
                    users,
                    settings.count,
                    name,
                    scorers[name],
                    fallback=settings.fallback,
                    fallback_order=order,
                    blocked=watched,
                    allowed=allowed,
                    on_users=update,
                ).to_arrow()
                parts.append(found.append_column("model", pa.array([name] * len(found))))
            store(job.con, table, pa.concat_tables(parts).unify_dictionaries())


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
        keep_vectors(job.con, job.blocks.after_train)
        return
    if settings.als != job.preset.candidates.als:
        factors = fit_factors(log, settings.als, seed=job.seed, threads=job.threads)
    total = step_count(job.blocks, settings, job.first_block)
    with progress("vectors in time blocks", total, "iterations") as update:
        publish_vectors(
            job.con,
            job.blocks,
            settings,
            (log, factors),
            seed=job.seed,
            threads=job.threads,
            first_block=job.first_block,
            on_step=update,
        )


def fit_ranker(job: Job) -> list[FittedHead]:
    """Read the training rows, fit every head; make run_models."""
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
    with progress("LightGBM", settings.max_rounds * len(settings.heads), "rounds") as update:
        heads = fit_heads(
            rows,
            job.features,
            settings,
            seed=job.seed,
            threads=job.threads,
            on_round=update,
        )
    models = {
        "head": [fitted.head.name for fitted in heads],
        "round_count": pa.array([fitted.round_count for fitted in heads], pa.int32()),
        "starts_from": pa.array([fitted.start for fitted in heads], pa.string()),
        "model_text": [
            fitted.booster.model_to_string(num_iteration=fitted.round_count) for fitted in heads
        ],
    }
    store(job.con, "run_models", pa.table(models))
    return heads


def predict_protocols(job: Job, heads: list[FittedHead], row_counts: dict[str, int]) -> None:
    """Make run_predictions for the protocols dense and holdout."""
    feature_set = job.preset.ranker.feature_set
    rows = with_features(job.con, "training.ranker_moments", feature_set, job.features)
    parts = []
    with progress("predictions", row_counts["holdout"] + row_counts["dense"]) as update:
        for protocol in ("holdout", "dense"):
            batches = stream_rows(job.con, rows, job.blocks.after_train, dataset=protocol)
            found = predict(heads, job.features, batches, job.threads, update)
            if not len(found):  # own logs have no dense matrix
                continue
            names = pa.DictionaryArray.from_arrays(
                pa.array(np.zeros(len(found), np.int8)), [protocol]
            )
            parts.append(found.append_column("protocol", names))
    store(job.con, "run_predictions", pa.concat_tables(parts).unify_dictionaries())


def recommend(job: Job, heads: list[FittedHead], user_count: int) -> None:
    """Make run_lists, the scores of all candidates, and run_recommendations, the best of them."""
    candidates = job.preset.candidates
    with progress("recommendations", user_count * candidates.count, "candidates") as update:
        score_candidates(
            job.con,
            candidates.source,
            heads,
            job.preset.ranker.feature_set,
            job.features,
            job.blocks.after_train,
            job.threads,
            update,
        )
    list_recommendations(job.con, candidates.source, job.preset.recommendations.count)


def explain(job: Job, heads: list[FittedHead], user_count: int) -> None:
    """Make run_explanations and run_feature_importances."""
    settings = job.preset.recommendations
    ranking_head = job.preset.ranker.ranking_head
    head = next(fitted for fitted in heads if fitted.head.name == ranking_head)
    with progress("explanations", user_count * settings.explained_count) as update:
        mean_abs_shap = explain_recommendations(
            job.con,
            head,
            job.preset.ranker.feature_set,
            job.features,
            job.blocks.after_train,
            top=settings.explained_count,
            kept=settings.contribution_count,
            threads=job.threads,
            on_rows=update,
        )
    importances = feature_importances(heads, job.features, ranking_head, mean_abs_shap)
    store(job.con, "run_feature_importances", importances)


__all__ = [
    "Job",
    "explain",
    "fit_embeddings",
    "fit_ranker",
    "fit_stage_one",
    "predict_protocols",
    "propose_candidates",
    "read_train_log",
    "recommend",
    "start_job",
]
