"""Stage one: ALS, and the candidates of every source."""

import duckdb
import numpy as np
import pyarrow as pa
from scipy import sparse

from reelrank.candidates import (
    Candidates,
    TrainLog,
    create_candidates,
    fit_registered_sources,
    fit_sources,
    keep_candidates,
    propose,
    read_popularity,
)
from reelrank.candidates.als import Factors, fit_factors
from reelrank.costs import keep_cost, measured
from reelrank.evaluation.orderings import DEPTH
from reelrank.extensions import RANKERS, registered
from reelrank.list_ranker import SOURCES, Moment, read_cutoffs, read_moment, scorer, union_parts
from reelrank.positions import positions
from reelrank.presets.allowed import TIMELESS_SOURCES
from reelrank.progress import progress
from reelrank.threads import in_order
from reelrank.training.job import Job
from reelrank.warehouse.sql import read_sql
from reelrank.warehouse.tables import store, store_parts

IN_BOTH = ("item_based", "blend")  # that propose dense pairs too
DESCRIBED_USERS = 10_000  # of those who are not judged: enough to say what lists are like
PUBLISHED_FACTORS = 128  # ml.user_factors pads with zeros, which change no product or cosine


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

        def made(item: tuple) -> Candidates:
            _, name, users, count, allowed = item
            return propose(
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

        # the next lists are made while some are stored
        for (table, name, *_), found in zip(work, in_order(made, work, 1), strict=True):
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
    users = positions(log.user_ids, pairs["user_id"][is_known])
    videos = positions(log.video_ids, pairs["video_id"][is_known])
    shape = (len(log.user_ids), len(log.video_ids))
    return sparse.csr_matrix((np.ones(len(users), np.float32), (users, videos)), shape=shape)


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
