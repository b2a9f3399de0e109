"""What was known at one cut-off, as arrays: users, videos, who watched what, tastes."""

from dataclasses import dataclass, replace

import duckdb
import numpy as np
from scipy import sparse

from reelrank.exact_math import log
from reelrank.list_ranker.cutoffs import Cutoff
from reelrank.positions import positions
from reelrank.warehouse.sql import read_sql


@dataclass(frozen=True)
class Moment:
    """One cut-off and what came before it.

    Attributes
    ----------
    block : int
        Block of the vectors in entity_vectors, which know only events before the cut-off.
    user_ids : int32 (n_users,)
        Ascending; those who are asked.
    video_ids : int32 (n_videos,)
        The catalogue at the cut-off, ascending.
    watched : csr float32 (n_users, n_videos)
        Pairs that must not be proposed.
    log_rate : float32 (n_videos,)
        Log of the views per day now.
    is_alive, is_new : bool (n_videos,)
        Still shown; first shown within the last day or not shown yet.
    als_scores, als_tastes, exposures, contents : tuple of float32 (n_users, f) and (n_videos, f)
        Vectors whose inner products are the ALS score, its taste, the exposure score (in sd), and
        the likeness of the content to what the user likes (a cosine).
    play, play_to_end : tuple of float32 (n_users, f) and (n_videos, f)
        Likewise the expected log play time less that of a long view, and less the length of the
        video, both in spreads of the user.
    chance : tuple of float
        Constant and slope that turn a margin into log-odds of a long view.
    towers, tower_tastes : tuple of float32 (n_users, f) and (n_videos, f), or None
        As play, of the two towers, and how whom a video is shown to differs from its popularity;
        None where the preset has no towers.
    """

    cutoff: Cutoff
    block: int
    user_ids: np.ndarray
    video_ids: np.ndarray
    watched: sparse.csr_matrix
    log_rate: np.ndarray
    is_alive: np.ndarray
    is_new: np.ndarray
    als_scores: tuple[np.ndarray, np.ndarray]
    als_tastes: tuple[np.ndarray, np.ndarray]
    exposures: tuple[np.ndarray, np.ndarray]
    contents: tuple[np.ndarray, np.ndarray]
    play: tuple[np.ndarray, np.ndarray]
    play_to_end: tuple[np.ndarray, np.ndarray]
    chance: tuple[float, float]
    towers: tuple[np.ndarray, np.ndarray] | None = None
    tower_tastes: tuple[np.ndarray, np.ndarray] | None = None

    def among(self, is_kept: np.ndarray) -> "Moment":
        """Keep some of the videos, bool (n_videos,)."""
        pairs = ("als_scores", "als_tastes", "exposures", "contents", "play", "play_to_end",
                 "towers", "tower_tastes")  # fmt: skip
        known = {name: getattr(self, name) for name in pairs if getattr(self, name) is not None}
        return replace(
            self,
            video_ids=self.video_ids[is_kept],
            watched=self.watched[:, is_kept],
            log_rate=self.log_rate[is_kept],
            is_alive=self.is_alive[is_kept],
            is_new=self.is_new[is_kept],
            **{name: (users, videos[is_kept]) for name, (users, videos) in known.items()},
        )


def read_moment(
    con: duckdb.DuckDBPyConnection, cutoff: Cutoff, block: int, user_ids: np.ndarray
) -> Moment:
    """Read what was known at `cutoff` of the videos and of the users asked."""
    values = {"cutoff": cutoff.number}
    videos = con.execute(read_sql("list_ranker/known_videos.sql"), values).fetchnumpy()
    video_ids = videos["video_id"].astype(np.int32)
    vectors = _Vectors(con, block)
    score_users, taste_users, likes = (
        vectors.placed(name, user_ids) for name in ("user_score", "user_taste", "user")
    )
    exposure = vectors.placed("exposure_score", user_ids)
    width = likes.shape[1]
    centred = vectors.placed("video_centred", video_ids, width)
    groups = [
        _unit(vectors.placed(name, np.ma.filled(videos[f"{name}_id"], -1), width))
        for name in ("tag", "author", "category")
    ]
    return Moment(
        cutoff=cutoff,
        block=block,
        user_ids=user_ids,
        video_ids=video_ids,
        watched=_read_watched(con, cutoff, user_ids, video_ids),
        log_rate=log(videos["recent_rate"]).astype(np.float32),
        is_alive=videos["is_alive"].astype(bool),
        is_new=videos["is_new"].astype(bool),
        als_scores=(score_users, centred),
        als_tastes=(taste_users, centred),
        exposures=(exposure, vectors.placed("exposure_video", video_ids, exposure.shape[1])),
        contents=(_unit(likes), sum(groups) / np.float32(len(groups))),
        play=_play(vectors, user_ids, video_ids, videos["long_view_log_ms"]),
        play_to_end=_play(vectors, user_ids, video_ids, videos["log_ms"]),
        towers=_towers(vectors, user_ids, video_ids, videos["long_view_log_ms"]),
        tower_tastes=_tower_tastes(vectors, user_ids, video_ids),
        chance=tuple(vectors.row("play_chance", 2)),
    )


def sample_users(
    con: duckdb.DuckDBPyConnection, cutoff: Cutoff, count: int, seed: int
) -> np.ndarray:
    """Draw `count` users who met something new after an earlier cut-off, int32 ascending."""
    values = {"cutoff": cutoff.number, "count": count, "seed": seed}
    found = con.execute(read_sql("list_ranker/sampled_users.sql"), values).fetchnumpy()
    return found["user_id"].astype(np.int32)


def _read_watched(
    con: duckdb.DuckDBPyConnection, cutoff: Cutoff, user_ids: np.ndarray, video_ids: np.ndarray
) -> sparse.csr_matrix:
    pairs = con.execute(read_sql("list_ranker/watched.sql"), {"cutoff": cutoff.number}).fetchnumpy()
    is_asked = np.isin(pairs["user_id"], user_ids)
    users = positions(user_ids, pairs["user_id"][is_asked])
    videos = positions(video_ids, pairs["video_id"][is_asked])
    shape = (len(user_ids), len(video_ids))
    return sparse.csr_matrix((np.ones(len(users), np.float32), (users, videos)), shape=shape)


@dataclass(frozen=True)
class _Vectors:
    con: duckdb.DuckDBPyConnection
    block: int

    @property
    def has_towers(self) -> bool:
        """Whether two towers were fitted before the block."""
        return len(self.read("tower_pull")[0]) > 0

    def placed(self, entity: str, ids: np.ndarray, width: int = 1) -> np.ndarray:
        """Vectors of `ids`, float32 (n, width); zeros where unknown, `width` where none is."""
        known, values = self.read(entity)
        if not len(known):
            return np.zeros((len(ids), width), np.float32)
        places = np.minimum(np.searchsorted(known, ids), len(known) - 1)
        return np.where((known[places] == ids)[:, None], values[places], np.float32(0))

    def row(self, entity: str, width: int) -> np.ndarray:
        """Give the one vector of `entity`, float32 (width,); zeros where there is none."""
        _, values = self.read(entity)
        return values[0] if len(values) else np.zeros(width, np.float32)

    def read(self, entity: str) -> tuple[np.ndarray, np.ndarray]:
        """Ids, int32 (n,) ascending, and vectors, float32 (n, width)."""
        found = self.con.execute(
            "select entity_id, vector from entity_vectors"
            " where block = $block and entity = $entity order by entity_id",
            {"block": self.block, "entity": entity},
        ).to_arrow_table()
        ids = found.column("entity_id").to_numpy().astype(np.int32)
        flat = found.column("vector").combine_chunks().flatten().to_numpy()
        return ids, flat.astype(np.float32).reshape(len(ids), -1) if len(ids) else flat


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Scale rows to length 1; zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


def _play(
    vectors: _Vectors,
    user_ids: np.ndarray,
    video_ids: np.ndarray,
    log_ms: np.ndarray,
    kind: str = "play",
) -> tuple[np.ndarray, np.ndarray]:
    """Vectors whose inner product is (expected log play - log_ms) / spread."""
    users = vectors.placed(f"{kind}_user", user_ids)  # spread, level, p
    videos = vectors.placed(f"{kind}_video", video_ids)  # b, q
    if users.shape[1] < 2:
        return np.zeros((len(user_ids), 1), np.float32), np.zeros((len(video_ids), 1), np.float32)
    is_known = users[:, 0] > 0
    if is_known.any():  # an unknown user is typical
        users[~is_known] = np.median(users[is_known], axis=0)
    lengths = np.ma.filled(log_ms, np.nan).astype(np.float64)
    if np.isnan(lengths).any():  # an unknown length is typical
        lengths[np.isnan(lengths)] = np.median(lengths[~np.isnan(lengths)]) if len(lengths) else 0
    ones = np.ones((len(users), 1), np.float32)
    of_users = np.hstack([users[:, 1:2], ones, users[:, 2:]]) / np.maximum(users[:, :1], 1e-3)
    of_videos = np.hstack(
        [np.ones((len(videos), 1)), videos[:, :1] - lengths[:, None], videos[:, 1:]]
    )
    return of_users.astype(np.float32), of_videos.astype(np.float32)


def _towers(
    vectors: _Vectors, user_ids: np.ndarray, video_ids: np.ndarray, log_ms: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    return _play(vectors, user_ids, video_ids, log_ms, "tower") if vectors.has_towers else None


def _tower_tastes(
    vectors: _Vectors, user_ids: np.ndarray, video_ids: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    if not vectors.has_towers:
        return None
    users, videos = vectors.placed("tower_user", user_ids), vectors.placed("tower_video", video_ids)
    return users[:, 2:] * vectors.row("tower_pull", 1), videos[:, 1:]
