"""Fit ALS, exposure and play-time taste before each block of train and after it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from reelrank.candidates.als import Factors, fit_factors
from reelrank.candidates.train_log import TrainLog, read_train_logs
from reelrank.embeddings.als_vectors import als_vectors, exposure_vectors, read_groups
from reelrank.embeddings.blocks import Blocks
from reelrank.embeddings.exposure_factors import fit_exposure
from reelrank.embeddings.play_time import (
    PlayLog,
    PlayTaste,
    fit_play_taste,
    play_vectors,
    prior_vectors,
    read_levels,
    read_play_log,
)
from reelrank.embeddings.vectors import Vectors, make_vector_tables, store_vectors
from reelrank.presets import EmbeddingSettings
from reelrank.progress import ignore
from reelrank.threads import beside
from reelrank.warehouse.sql import read_sql


@dataclass(frozen=True)
class PlayFits:
    """The factorisation of play time before each block, and the log it was fitted on."""

    log: PlayLog
    tastes: dict[int, PlayTaste]


def publish_vectors(
    con: duckdb.DuckDBPyConnection,
    blocks: Blocks,
    settings: EmbeddingSettings,
    whole: tuple[TrainLog, Factors],
    *,
    seed: int,
    threads: int,
    first_block: int = 1,
    on_step: Callable[[float], None] = ignore,
) -> PlayFits:
    """Fit vectors before each block and after train, into the table of `make_vector_tables`.

    Block 0 has no vectors: nothing is known before it.

    Parameters
    ----------
    whole : tuple of TrainLog and Factors
        All of train, and what ALS says of it: the vectors after train.
    first_block : int
        No row of an earlier block will be asked for.
    on_step : callable
        Called with the number of ALS iterations and sweeps done, `step_count` in all.
    """
    make_vector_tables(con)
    first_block = max(first_block, 1)
    weights = settings.als.confidence, settings.exposure.confidence
    logs = read_train_logs(con, blocks.starts[first_block:], weights)
    profiles = read_groups(con)

    def fit_als(on_iteration: Callable[[float], None]) -> list[tuple[int, list[Vectors]]]:
        fixed = {"seed": seed, "threads": threads, "on_iteration": on_iteration}
        found = _als_vectors(logs, blocks, settings, whole, profiles, first_block, fixed)
        return [(block, list(vectors)) for block, vectors in found]

    with beside(fit_als, on_step) as als:  # neither of the two keeps all processors busy
        fits = _publish_play_time(con, blocks, settings, seed, threads, first_block, on_step)
    for block, vectors in als():
        store_vectors(con, block, vectors)
    return fits


def publish_towers(
    con: duckdb.DuckDBPyConnection,
    blocks: Blocks,
    settings: EmbeddingSettings,
    fits: PlayFits,
    *,
    seed: int,
    on_step: Callable[[float], None] = ignore,
) -> None:
    """Fit two towers before each block that the factorisation was fitted for; needs the extra.

    They take its levels, spreads and contexts. tower_user and tower_video are laid out as
    play_user and play_video, tower_pull says how strongly what is shown follows their product.

    Parameters
    ----------
    on_step : callable
        Called with the steps of the towers done, `tower_steps` in all.
    """
    from reelrank.neural.content import read_contents
    from reelrank.neural.tower_log import TowerLog
    from reelrank.neural.two_tower import fit_towers

    log, towers = fits.log, None
    contents = read_contents(con, log.user_ids, log.video_ids)
    for block, taste in fits.tastes.items():
        known = log.before(blocks.start(block))
        towers = fit_towers(
            TowerLog.of(known, taste, contents, settings.two_tower.factors),
            settings.two_tower,
            settings.play_time.outlier_spreads,
            seed=seed,
            earlier=towers,
            on_step=on_step,
        )
        level = taste.levels.level + towers.users[:, 0]
        users = np.column_stack([taste.levels.spread, level, towers.users[:, 1:]])
        store_vectors(
            con,
            block,
            [
                Vectors("tower_user", log.user_ids, users),
                Vectors("tower_video", log.video_ids, towers.videos),
                Vectors("tower_pull", np.zeros(1, np.int32), np.array([[towers.pull]])),
            ],
        )


def tower_steps(settings: EmbeddingSettings, fits: PlayFits) -> int:
    """Count the steps of `publish_towers`."""
    return settings.two_tower.step_count(len(fits.tastes))


def step_count(blocks: Blocks, settings: EmbeddingSettings, first_block: int) -> int:
    """Count the iterations and sweeps of `publish_vectors`."""
    fits = blocks.after_train - max(first_block, 1)
    of_cutoffs = sum(block >= max(first_block, 1) for block in blocks.at_cutoffs)
    als = settings.als.iteration_count(fits) + settings.exposure.iteration_count(of_cutoffs + 1)
    return settings.play_time.sweep_count(fits + 1) + als


def _als_vectors(
    logs: Iterator[TrainLog],
    blocks: Blocks,
    settings: EmbeddingSettings,
    whole: tuple[TrainLog, Factors],
    profiles: dict[str, np.ndarray],
    first_block: int,
    fixed: dict[str, Any],
) -> Iterator[tuple[int, Iterator[Vectors]]]:
    """Fit ALS before each block within train, each from the one before.

    Exposure is fitted where lists are made: before the blocks that start at a cut-off, and after
    train.
    """
    factors = exposure = None
    for block, log in enumerate(logs, first_block):
        factors = fit_factors(log, settings.als, earlier=factors, **fixed)
        yield block, als_vectors(log, factors, profiles)
        if block in blocks.at_cutoffs:
            exposure = fit_exposure(log, settings.exposure, earlier=exposure, **fixed)
            yield block, exposure_vectors(log, exposure)
    log, factors = whole
    yield blocks.after_train, als_vectors(log, factors, profiles)
    exposure = fit_exposure(log, settings.exposure, earlier=exposure, **fixed)
    yield blocks.after_train, exposure_vectors(log, exposure)


def _publish_play_time(
    con: duckdb.DuckDBPyConnection,
    blocks: Blocks,
    settings: EmbeddingSettings,
    seed: int,
    threads: int,
    first_block: int,
    on_step: Callable[[float], None],
) -> PlayFits:
    """Fit the play-time factorisation before each block and after train."""
    log = read_play_log(con)
    taste, tastes = None, {}
    for block in range(first_block, blocks.after_train + 1):
        start = blocks.start(block)
        taste = fit_play_taste(
            log.before(start),
            read_levels(con, log, start),
            settings.play_time,
            seed=seed,
            threads=threads,
            earlier=taste,
            on_sweep=on_step,
        )
        tastes[block] = taste
        store_vectors(con, block, play_vectors(log, taste))
    store_vectors(
        con,
        blocks.after_train,
        prior_vectors(log, taste, settings.play_time.outlier_spreads),
    )
    con.execute(read_sql("embeddings/play_time/caption_words.sql"), {"block": blocks.after_train})
    return PlayFits(log, tastes)
