"""Lists of one boundary: trained from nothing, or warm from what an earlier day learned."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from reelrank import training
from reelrank.candidates import TrainLog
from reelrank.candidates.als import Factors, fit_factors
from reelrank.embeddings import publish_vectors
from reelrank.list_ranker import ListHead, create_features, score_lists, union_parts
from reelrank.presets import Preset
from reelrank.warehouse.tables import store_parts

RANKED = Path(__file__).with_name("ranked.sql")


@dataclass(frozen=True)
class Learned:
    """What a day hands on to later ones."""

    heads: list[ListHead]
    log: TrainLog
    factors: Factors


def day_lists(
    con: duckdb.DuckDBPyConnection,
    preset: Preset,
    seed: int,
    threads: int,
    earlier: Learned | None = None,
) -> tuple[pa.Table, Learned]:
    """Make the lists of the boundary that the tables have.

    Parameters
    ----------
    earlier : Learned, optional
        Trees to keep, and factors that ALS starts from; counts, vectors and candidates are of
        the boundary all the same.

    Returns
    -------
    lists : pyarrow.Table
        user_id, video_id, rank.
    learned : Learned
    """
    job = training.start_job(con, preset, [], seed, threads)
    log = training.read_train_log(con)
    block = job.blocks.after_train
    if earlier is None:
        factors = training.fit_stage_one(job, log)
        training.fit_embeddings(job, log, factors)
    else:
        als = preset.embeddings.als
        start = carried(earlier, log)
        factors = fit_factors(log, als, seed=seed, threads=threads, earlier=start)
        publish_vectors(
            con, job.blocks, preset.embeddings, (log, factors),
            seed=seed, threads=threads, first_block=block,
        )  # fmt: skip
    boundary = training.read_boundary(job, log)
    store_parts(con, "list_candidates", union_parts(boundary, preset.candidates.count))
    if earlier is None:
        con.execute("create or replace temp table run_models (head varchar)")
        heads = training.fit_lists(job)
    else:
        create_features(con)
        heads = earlier.heads
    scored = score_lists(con, heads, boundary.cutoff.number, block, threads)
    store_parts(con, "scored_lists", scored)
    lists = con.execute(RANKED.read_text(encoding="utf-8")).to_arrow_table()
    return lists, Learned(heads, log, factors)


def carried(earlier: Learned, log: TrainLog) -> Factors:
    """Give the factors of an earlier day for the users and videos of another, zeros for new ones.

    Ids are ascending in both.
    """
    users, knows_user = _carried(
        earlier.factors.users, earlier.factors.knows_user, earlier.log.user_ids, log.user_ids
    )
    videos, knows_video = _carried(
        earlier.factors.videos, earlier.factors.knows_video, earlier.log.video_ids, log.video_ids
    )
    return Factors(users, videos, knows_user, knows_video)


def _carried(
    vectors: np.ndarray, is_known: np.ndarray, ids: np.ndarray, wanted: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    places = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    is_there = (ids[places] == wanted) & is_known[places]
    return np.where(is_there[:, None], vectors[places], 0).astype(np.float32), is_there
