"""The truth behind a simulated source: what any user would do with any video.

The pipeline never reads it; the evaluation of a simulation does, to know the ceiling.
"""

from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from reelrank.errors import UserError
from reelrank.progress import say

from simulated_kuairec.parameters import PARAMETERS, Parameters, PlayTime
from simulated_kuairec.parameters import Taste as TasteParameters
from simulated_kuairec.play_time import (
    Components,
    Matrix,
    PlayModel,
    expected_ms,
    probability_above,
)
from simulated_kuairec.source import read_facts
from simulated_kuairec.taste import Taste
from simulated_kuairec.users import Users
from simulated_kuairec.videos import Videos

PAIRS_AT_ONCE = 65_536  # that the cache holds
USER_COLUMNS = ("dense", "level", "spread", "skip", "loose", "zero")
VIDEO_COLUMNS = ("dense", "upload_day", "duration_ms", "effect")


def _lists(values: np.ndarray) -> pa.FixedSizeListArray:
    """Rows of a matrix as lists of float32."""
    flat = pa.array(values.astype(np.float32).ravel())
    return pa.FixedSizeListArray.from_arrays(flat, values.shape[1])


def write_truth(model: PlayModel, folder: Path) -> None:
    """Write `truth/users.parquet` and `truth/videos.parquet`: the latent columns."""
    target = folder / "truth"
    target.mkdir()
    users = {name: getattr(model.users, name) for name in USER_COLUMNS}
    users = {"user_id": np.arange(len(model.users.level))} | users
    users |= {"taste": _lists(model.taste.user), "taste_drift": _lists(model.taste.drift)}
    users["hour"] = model.taste.hour
    videos = {name: getattr(model.videos, name) for name in VIDEO_COLUMNS}
    videos = {"video_id": np.arange(len(model.videos.effect))} | videos
    videos |= {"taste": _lists(model.taste.video), "mood_by_day": _lists(model.taste.day)}
    pq.write_table(pa.table(users), target / "users.parquet", compression="none")
    pq.write_table(pa.table(videos), target / "videos.parquet", compression="none")


@dataclass(frozen=True)
class Truth:
    """The true chances of pairs; ids are those of the files, results float64 (n,).

    Attributes
    ----------
    model : PlayModel
        The generative model with its latent columns.
    """

    model: PlayModel

    def _components(
        self, users: np.ndarray, videos: np.ndarray, at: np.ndarray | None, matrix: Matrix
    ) -> Components:
        return self.model.components(users, self.model.shift(users, videos, at), matrix)

    def video_side(self, video_ids: np.ndarray) -> np.ndarray:
        """Return what videos add to log play time: for everybody, and by taste.

        Returns
        -------
        float64 (n, 1 + k)
        """
        effect = self.model.videos.effect[video_ids]
        return np.concatenate([effect[:, None], self.model.taste.video[video_ids]], axis=1)

    def expected_watch_ratio(
        self,
        user_ids: np.ndarray,
        video_ids: np.ndarray,
        at: np.ndarray | None = None,
        matrix: Matrix = "small",
    ) -> np.ndarray:
        """Return the expected watch_ratio of pairs on a first view.

        Parameters
        ----------
        user_ids, video_ids : int (n,)
            The pairs.
        at : float64 (n,), optional
            Unix seconds; without, only the lasting taste: no drift, hour, novelty or mood.
        matrix : {"big", "small"}
            Behaviour in the log, or the calmer one in the dense matrix.
        """
        out = np.empty(len(user_ids))
        for mine in _pieces(len(user_ids)):
            u, v = user_ids[mine], video_ids[mine]
            c = self._components(u, v, None if at is None else at[mine], matrix)
            out[mine] = expected_ms(c) / self.model.videos.duration_ms[v]
        return out

    def probability_above(
        self,
        user_ids: np.ndarray,
        video_ids: np.ndarray,
        ratio: np.ndarray | float,
        at: np.ndarray | None = None,
        matrix: Matrix = "small",
    ) -> np.ndarray:
        """Probability that a first view has watch_ratio > ratio.

        Parameters
        ----------
        user_ids, video_ids, at, matrix
            As in `expected_watch_ratio`.
        ratio : float64 (n,), float, or float64 (k, n)
            One threshold per pair: 1, or the long-view threshold of the video's length. Several
            of each give float64 (k, n), for little more than one.
        """
        ratio = np.asarray(ratio, dtype=np.float64)
        out = np.empty(np.broadcast_shapes(ratio.shape, (len(user_ids),)))
        ratio = np.broadcast_to(ratio, out.shape)
        for mine in _pieces(len(user_ids)):
            u, v = user_ids[mine], video_ids[mine]
            c = self._components(u, v, None if at is None else at[mine], matrix)
            out[..., mine] = probability_above(
                c, ratio[..., mine] * self.model.videos.duration_ms[v]
            )
        return out


def _pieces(n: int) -> list[slice]:
    """Slices that cover n pairs."""
    return [slice(k, k + PAIRS_AT_ONCE) for k in range(0, n, PAIRS_AT_ONCE)]


def _matrix(column: pa.ChunkedArray) -> np.ndarray:
    """Turn lists of equal length into a float32 matrix."""
    lists = column.combine_chunks()
    return lists.flatten().to_numpy().reshape(len(lists), -1)


def _parameters(data_dir: Path) -> Parameters:
    """Behaviour parameters that the source was made with, as SIMULATED.json states them."""
    stated = (read_facts(data_dir) or {}).get("parameters", {})
    known = {field.name for field in fields(PlayTime)} == set(stated.get("play", ()))
    known &= {field.name for field in fields(TasteParameters)} == set(stated.get("taste", ()))
    if not known:
        raise UserError(
            f"{data_dir}: written by another version of the simulation",
            "write it again: python scripts/simulate_kuairec.py --out DIR",
        )
    taste = stated["taste"] | {"dimension_shares": tuple(stated["taste"]["dimension_shares"])}
    return replace(PARAMETERS, play=PlayTime(**stated["play"]), taste=TasteParameters(**taste))


def find_truth(data_dir: str | Path) -> Truth | None:
    """Truth of a simulated source; None for any other source, or if it cannot be read."""
    if not (Path(data_dir) / "truth" / "users.parquet").is_file():
        return None
    try:
        return load_truth(data_dir)
    except UserError as error:
        say(f"  {error.problem}: no best reachable value.")
        return None


def load_truth(data_dir: str | Path) -> Truth:
    """Load the truth of a simulated source.

    Raises
    ------
    UserError
        If the folder holds none: real data, or not a data folder.
    """
    data_dir = Path(data_dir)
    if not (data_dir / "truth" / "users.parquet").is_file():
        raise UserError(
            f"{data_dir}: no truth/users.parquet, so the true preferences are not known",
            "use a folder written by scripts/simulate_kuairec.py",
        )
    users = pq.read_table(data_dir / "truth" / "users.parquet")
    videos = pq.read_table(data_dir / "truth" / "videos.parquet")
    n = videos.num_rows
    duration = videos["duration_ms"].to_numpy()
    taste = Taste(
        user=_matrix(users["taste"]),
        drift=_matrix(users["taste_drift"]),
        video=_matrix(videos["taste"]),
        hour=users["hour"].to_numpy(),
        day=_matrix(videos["mood_by_day"]),
    )
    return Truth(PlayModel(
        users=Users(features={}, **{name: users[name].to_numpy() for name in USER_COLUMNS}),
        videos=Videos(
            **{name: videos[name].to_numpy() for name in VIDEO_COLUMNS},
            second_duration_ms=duration, second_share=np.zeros(n),
            tags=np.full((n, 4), -1), author=np.zeros(n, dtype=np.int64),
            advert=np.zeros(n, dtype=bool),
        ),
        taste=taste,
        parameters=_parameters(data_dir),
    ))  # fmt: skip
