"""The train log as play times: read once, cut at any instant."""

from dataclasses import dataclass, field, replace
from functools import cached_property

import duckdb
import numpy as np

from reelrank.positions import positions
from reelrank.warehouse.sql import read_sql

CONTEXT_CODES = {"hour": 25, "age": 62, "repeat": 6}
"""How many codes each context has, as context.sql makes them."""
GROUPS = ("category", "tag", "author")
NO_GROUP = -1  # the id of the group of videos that have none


@dataclass(frozen=True)
class PlayLog:
    """Events of train, in the order of users and time.

    Attributes
    ----------
    user_ids, video_ids : int32 (n_users,), (n_videos,)
        All that may be asked for, ascending; those without events too.
    is_dense_user : bool (n_users,)
        Users of the dense matrix, whose pairs with its videos were taken out of the log.
    groups : tuple of int32 (n_videos,)
        For category, first tag and author, the number of each video's.
    users, videos : int32 (n_events,)
        Positions in `user_ids` and `video_ids`.
    log_play, log_long_view : float32 (n_events,)
        Logarithm of the play time in ms, and of what a long view takes.
    contexts : dict of uint8 (n_events,)
        Codes of hour, age and repeat.
    day : int32 (n_events,)
    unix_ms : int64 (n_events,)
    group_ids : dict of int32 (n_groups,)
        For each of `GROUPS`, the ids of the groups by number.
    """

    user_ids: np.ndarray
    video_ids: np.ndarray
    is_dense_user: np.ndarray
    groups: tuple[np.ndarray, ...]
    users: np.ndarray
    videos: np.ndarray
    log_play: np.ndarray
    log_long_view: np.ndarray
    contexts: dict[str, np.ndarray]
    day: np.ndarray
    unix_ms: np.ndarray
    group_ids: dict[str, np.ndarray] = field(default_factory=dict)

    @cached_property
    def cells(self) -> np.ndarray:
        """The codes of all contexts in one, in the order of CONTEXT_CODES, uint16 (n_events,)."""
        cells = np.zeros(len(self.users), np.uint16)
        for name, count in CONTEXT_CODES.items():
            cells = cells * np.uint16(count) + self.contexts[name]
        return cells

    def before(self, unix_ms: int | None) -> "PlayLog":
        """Keep the events before an instant; None keeps all."""
        if unix_ms is None:
            return self
        kept = self.unix_ms < unix_ms
        return replace(
            self,
            users=self.users[kept],
            videos=self.videos[kept],
            log_play=self.log_play[kept],
            log_long_view=self.log_long_view[kept],
            contexts={name: codes[kept] for name, codes in self.contexts.items()},
            day=self.day[kept],
            unix_ms=self.unix_ms[kept],
        )


@dataclass(frozen=True)
class Levels:
    """Usual log play time of each user and its spread, from events before an instant.

    Attributes
    ----------
    level, spread : float64 (n_users,)
    usual : float64 (n_videos,)
        How much longer than usual each video is watched, as the medians say.
    """

    level: np.ndarray
    spread: np.ndarray
    usual: np.ndarray


def read_play_log(con: duckdb.DuckDBPyConnection, *, only_dense_users: bool = False) -> PlayLog:
    """Read all of train, once for every block, or what the users of the dense matrix did there."""
    con.execute(read_sql("embeddings/play_time/context.sql"))
    events = con.execute(
        read_sql("embeddings/play_time/events.sql"), {"only_dense_users": only_dense_users}
    ).fetchnumpy()
    profiles = con.execute(
        "select video_id, first_level_category_id as category, first_tag_id as tag,"
        " author_id as author from features.video_profiles order by video_id"
    ).fetchnumpy()
    users = con.execute("select user_id from staging.stg_users").fetchnumpy()["user_id"]
    dense = con.execute("select distinct user_id from training.dense_interactions").fetchnumpy()[
        "user_id"
    ]
    user_ids = np.unique(np.concatenate([users, dense, events["user_id"]])).astype(np.int32)
    video_ids = profiles["video_id"].astype(np.int32)
    numbered = {name: _numbered(profiles[name]) for name in GROUPS}
    return PlayLog(
        user_ids=user_ids,
        video_ids=video_ids,
        is_dense_user=np.isin(user_ids, dense),
        groups=tuple(numbers for _, numbers in numbered.values()),
        users=positions(user_ids, events["user_id"]),
        videos=positions(video_ids, events["video_id"]),
        log_play=events["log_play"],
        log_long_view=events["log_long_view"],
        contexts={name: events[name] for name in CONTEXT_CODES},
        day=events["day"],
        unix_ms=events["event_unix_ms"],
        group_ids={name: ids for name, (ids, _) in numbered.items()},
    )


def _numbered(ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the ids of groups and numbers from 0; videos without one are a group of their own."""
    none = np.iinfo(np.int64).min
    filled = np.ma.filled(np.ma.asarray(ids, np.int64), none)
    found, numbers = np.unique(filled, return_inverse=True)
    return np.where(found == none, NO_GROUP, found).astype(np.int32), numbers.astype(np.int32)


def read_levels(con: duckdb.DuckDBPyConnection, log: PlayLog, before: int | None) -> Levels:
    """Read level and spread of every user; users without events get the median user's."""
    last = {"before": np.iinfo(np.int64).max if before is None else before}
    con.execute(read_sql("embeddings/play_time/usual_videos.sql"), last)
    found = con.execute(read_sql("embeddings/play_time/levels.sql"), last).fetchnumpy()
    places = np.searchsorted(log.user_ids, found["user_id"])
    columns = []
    for name in ("level", "spread"):
        values = np.full(len(log.user_ids), np.median(found[name]) if len(places) else 1.0)
        values[places] = found[name]
        columns.append(values)
    videos = con.execute("select video_id, usual from usual_videos").fetchnumpy()
    usual = np.zeros(len(log.video_ids))
    usual[np.searchsorted(log.video_ids, videos["video_id"])] = videos["usual"]
    return Levels(*columns, usual)
