"""A fit as rows of the table of vectors."""

from collections.abc import Iterator

import numpy as np

from reelrank.embeddings.play_time.fitting import PlayTaste
from reelrank.embeddings.play_time.log import PlayLog
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
