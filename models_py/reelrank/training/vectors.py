"""Vectors of the time blocks."""

from reelrank.candidates import TrainLog
from reelrank.candidates.als import Factors, fit_factors
from reelrank.costs import keep_cost, measured
from reelrank.embeddings import (
    factor_products,
    keep_vectors,
    make_vector_tables,
    publish_towers,
    publish_vectors,
    step_count,
    store_vectors,
    tower_steps,
)
from reelrank.progress import progress
from reelrank.training.job import Job


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
