"""A fit as rows of the table of vectors."""

from collections.abc import Iterator

import numpy as np

from reelrank import exact_math
from reelrank.embeddings.play_time.log import GROUPS, PlayLog
from reelrank.embeddings.play_time.priors import LEAST_VARIANCE
from reelrank.embeddings.play_time.taste import PlayTaste
from reelrank.embeddings.vectors import Vectors


def play_vectors(log: PlayLog, taste: PlayTaste) -> Iterator[Vectors]:
    """Yield what the play_* columns of `rows_with_embeddings` are made of.

    play_user is (spread, level, p), play_video (b, q); play_hour, play_age and play_repeat hold
    the effects by code, play_chance constant and slope of the log-odds, play_usual the level of
    the median user, each in a row of id 0.
    """
    levels, users = taste.levels, taste.users
    level = levels.level + users.means[:, 0]
    play = np.concatenate([levels.spread[:, None], level[:, None], users.vectors], axis=1)
    yield Vectors("play_user", log.user_ids, play)
    yield Vectors("play_video", log.video_ids, taste.videos.means)
    rows = {f"play_{name}": effects for name, effects in taste.contexts.items()}
    rows |= {"play_chance": np.array(taste.chance), "play_usual": np.median(level)[None]}
    for entity, values in rows.items():
        yield Vectors(entity, np.zeros(1, np.int32), values[None, :])


def prior_vectors(log: PlayLog, taste: PlayTaste, outlier_spreads: float) -> Iterator[Vectors]:
    """Yield what a user or video that the fit never saw is estimated with.

    play_prior_user and play_prior_video hold the rows of the inverse covariance of (level, p) and
    (b, q) about what is expected beforehand: play_usual, and the sum of play_category, play_tag
    and play_author. play_new_user, a row of id 0, is mean and variance of the log of the spread,
    the residual in spreads at which an event counts half, and the factor of its weight.
    """
    users, levels = taste.users, taste.levels
    known = users.is_known if users.is_known.any() else np.ones(len(users.means), bool)
    covariance = taste.user_covariance.copy()
    totals = (levels.level + users.means[:, 0])[known]
    covariance[0, 0] = max(np.var(totals) + users.covariances[known, 0, 0].mean(), LEAST_VARIANCE)
    log_spreads = exact_math.log(levels.spread[known])
    rows = np.arange(len(covariance), dtype=np.int32)
    yield Vectors("play_prior_user", rows, np.linalg.inv(covariance))
    yield Vectors("play_prior_video", rows, np.linalg.inv(taste.video_prior.covariance))
    spread = [np.median(log_spreads), np.var(log_spreads), outlier_spreads, taste.honesty]
    yield Vectors("play_new_user", rows[:1], np.array([spread]))
    for name, effects in zip(GROUPS, taste.video_prior.effects, strict=True):
        yield Vectors(f"play_{name}", log.group_ids[name], effects)
