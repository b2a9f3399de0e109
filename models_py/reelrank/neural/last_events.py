"""The last events of users before a day, as tokens."""

from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np

from reelrank import exact_math
from reelrank.embeddings import Blocks
from reelrank.embeddings.play_time import PlayLog, read_play_log
from reelrank.neural.trainer import Batch

LENGTH = 20
SIGNALS = 4  # how long ago, gap to the event before, watched above usual, and whether there is one
ROW_DAY_0 = 10_957  # days of rows count from 2000-01-01, days of the log from 1970-01-01
MOST_SPREADS = 3.0
HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Tokens:
    """Events, newest first, of n users; what is not there is 0.

    Attributes
    ----------
    video : int32 (n, LENGTH)
        Positions among the videos.
    signals : float32 (n, LENGTH, SIGNALS)
    """

    video: np.ndarray
    signals: np.ndarray

    def of(self, users: np.ndarray) -> "Tokens":
        """Give those of some users, by position."""
        return Tokens(self.video[users], self.signals[users])


@dataclass(frozen=True)
class LastEvents:
    """The train log, and what is usual for its users as known at the start of each block.

    Attributes
    ----------
    log : PlayLog
        In the order of users and time.
    first_days : int32 (n_blocks,)
        The day, as of the log, on which each block begins.
    usual : float32 (n_blocks + 1, n_users, 2)
        Spread and level of log play time, before each block and after train.
    """

    log: PlayLog
    first_days: np.ndarray
    usual: np.ndarray

    @property
    def video_count(self) -> int:
        """How many videos may be asked for."""
        return len(self.log.video_ids)

    @property
    def categories(self) -> np.ndarray:
        """The number of each video's category, int32 (n_videos,)."""
        return self.log.groups[0]

    @property
    def category_count(self) -> int:
        """How many categories there are."""
        return int(self.categories.max(initial=0)) + 1

    @cached_property
    def starts(self) -> np.ndarray:
        """Where the events of each user begin, int64 (n_users + 1,)."""
        return np.searchsorted(self.log.users, np.arange(len(self.log.user_ids) + 1))

    @cached_property
    def user_days(self) -> np.ndarray:
        """User and day of each event in one number, ascending, int64 (n_events,)."""
        return (self.log.users.astype(np.int64) << 32) + self.log.day

    def latest(self) -> Tokens:
        """Give the last events of every user in train."""
        users = np.arange(len(self.log.user_ids))
        return self.before(users, np.full(len(users), self.log.day.max(initial=0) + 1))

    def of_rows(self, users: np.ndarray, row_days: np.ndarray) -> Tokens:
        """Give the last events before the day of each row, as the features know them."""
        return self.before(users, row_days + ROW_DAY_0)

    def before(self, users: np.ndarray, days: np.ndarray) -> Tokens:
        """Give the last events of users, by position, before days of the log."""
        log = self.log
        ends = np.searchsorted(self.user_days, (users.astype(np.int64) << 32) + days)
        places = ends[:, None] - 1 - np.arange(LENGTH)
        is_there = places >= self.starts[users][:, None]
        places = np.maximum(places, 0)
        if not len(log.users):
            return Tokens(places.astype(np.int32), np.zeros((*places.shape, SIGNALS), np.float32))
        has_earlier = is_there & (places > self.starts[users][:, None])
        gaps = np.where(has_earlier, log.unix_ms[places] - log.unix_ms[places - 1], 0) / HOUR_MS
        blocks = np.searchsorted(self.first_days, days, side="right") - 1
        is_train = days <= log.day.max()
        usual = self.usual[np.where(is_train, blocks, len(self.first_days)), users]
        above = (log.log_play[places] - usual[:, 1:]) / usual[:, :1]
        signals = [
            exact_math.log(1.0 + np.maximum(days[:, None] - log.day[places], 0)),
            exact_math.log(1.0 + np.maximum(gaps, 0)),
            np.clip(above, -MOST_SPREADS, MOST_SPREADS),
            np.ones(places.shape),
        ]
        stacked = np.stack(signals, -1).astype(np.float32) * is_there[..., None]
        return Tokens(np.where(is_there, log.videos[places], 0).astype(np.int32), stacked)


def as_batch(tokens: Tokens, videos: np.ndarray, categories: np.ndarray) -> Batch:
    """Arrays of a batch: the candidates, by position, and the events."""
    return {
        "video": videos,
        "category": categories[videos],
        "past_video": tokens.video,
        "past_category": categories[tokens.video],
        "past_signals": tokens.signals,
        "past_is_there": tokens.signals[..., -1] > 0,
    }


def read_last_events(con: duckdb.DuckDBPyConnection, blocks: Blocks) -> LastEvents:
    """Read the train log, and levels and spreads from the vectors of all blocks."""
    log = read_play_log(con)
    found = con.execute(
        "select block, entity_id, vector[1] as spread, vector[2] as level from entity_vectors"
        " where entity = 'play_user' order by block"
    ).fetchnumpy()
    usual = np.ones((blocks.after_train + 1, len(log.user_ids), 2), np.float32)
    for block in range(1, blocks.after_train + 1):
        usual[block] = usual[block - 1]
        of_block = found["block"] == block
        users = np.searchsorted(log.user_ids, found["entity_id"][of_block])
        for place, name in enumerate(("spread", "level")):
            usual[block, users, place] = found[name][of_block]
    first_days = [int(log.day[log.unix_ms >= start].min(initial=2**30)) for start in blocks.starts]
    return LastEvents(log, np.array(first_days), usual)
