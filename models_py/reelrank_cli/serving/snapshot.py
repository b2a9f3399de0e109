"""What a run says, read once and then answered from memory: the file is free for its writer."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from reelrank.publication import find_run
from reelrank.warehouse.connection import open_for_reading
from reelrank.warehouse.sql import quote_text

HERE = Path(__file__).parent
FACTS = ("run_id", "preset", "data_source", "is_simulated")


@dataclass(frozen=True)
class OfUsers:
    """Rows of a table by user, all rows of a user together.

    Attributes
    ----------
    rows : pyarrow.Table
        Without user_id.
    places : dict of str to (first, end)
    """

    rows: pa.Table
    places: dict[str, tuple[int, int]]

    @classmethod
    def of(cls, table: pa.Table) -> "OfUsers":
        """Group a table that is sorted by user_id."""
        users = table.column("user_id").to_numpy(zero_copy_only=False)
        firsts = np.flatnonzero(np.append(True, users[1:] != users[:-1])[: len(users)])
        ends = np.append(firsts[1:], len(users)).tolist()
        names = [str(user) for user in users[firsts]]
        places = dict(zip(names, zip(firsts.tolist(), ends, strict=False), strict=False))
        return cls(table.drop(["user_id"]).combine_chunks(), places)

    def get(self, user: str, count: int | None = None) -> list[dict] | None:
        """Give the first `count` rows of a user; None for an unknown one."""
        if user not in self.places:
            return None
        first, end = self.places[user]
        wanted = end - first if count is None else min(end - first, count)
        return self.rows.slice(first, wanted).to_pylist()


@dataclass(frozen=True)
class Snapshot:
    """One run, ready to answer.

    Attributes
    ----------
    facts : dict
        run_id, preset, data_source, is_simulated, published_at.
    lists, explanations : OfUsers
    video_ids : list
        Of the videos that ALS knows, as the log has them.
    directions : float32 (n_videos, factors)
        Their vectors at length 1.
    """

    facts: dict
    lists: OfUsers
    explanations: OfUsers
    video_ids: list
    directions: np.ndarray

    @cached_property
    def video_places(self) -> dict[str, int]:
        """Row of each video."""
        return {str(video): place for place, video in enumerate(self.video_ids)}

    def explain(self, user: str, video: str) -> list[dict] | None:
        """Give the contributions to a video of a user's list; None where it is not explained."""
        rows = self.explanations.get(user) or []
        return [
            {name: value for name, value in row.items() if name != "video_id"}
            for row in rows
            if str(row["video_id"]) == video
        ] or None

    def similar(self, video: str, count: int) -> list[dict] | None:
        """Give the videos of the largest cosine, best first; None for an unknown video."""
        place = self.video_places.get(video)
        if place is None:
            return None
        cosines = self.directions @ self.directions[place]
        cosines[place] = -np.inf
        count = min(count, len(cosines) - 1)
        first = np.argpartition(-cosines, count)[: count + 1]
        first = first[np.argsort(-cosines[first], kind="stable")][:count]
        return [
            {"rank": rank, "video_id": self.video_ids[i], "cosine": round(float(cosines[i]), 4)}
            for rank, i in enumerate(first.tolist(), 1)
        ]


def load(db: Path, list_length: int) -> Snapshot:
    """Read the latest run; nothing of the file is held afterwards.

    Raises
    ------
    UserError
        If there is no file or no run, or a writer has the file for itself.
    """
    with open_for_reading(db, threads=1, memory_limit="2GB") as con:
        found = find_run(con)
        run = {"run_id": found["run_id"]}
        lists = _read(con, "lists", run | {"count": list_length})
        explanations = _read(con, "explanations", run)
        videos = con.execute(
            "select video_id, factors from ml.video_factors where run_id = $run_id"
            " order by video_id", run,
        ).to_arrow_table()  # fmt: skip
    width = videos.schema.field("factors").type.list_size
    flat = videos.column("factors").combine_chunks().flatten().to_numpy()
    vectors = flat.reshape(-1, width)[:, np.any(flat.reshape(-1, width) != 0, axis=0)]
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return Snapshot(
        facts={name: found[name] for name in FACTS}
        | {"published_at": f"{found['finished_at']:%Y-%m-%dT%H:%M:%SZ}"},
        lists=OfUsers.of(lists),
        explanations=OfUsers.of(explanations),
        video_ids=videos.column("video_id").to_pylist(),
        directions=np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0),
    )


def _read(con: duckdb.DuckDBPyConnection, name: str, values: dict) -> pa.Table:
    return con.execute((HERE / f"{name}.sql").read_text(encoding="utf-8"), values).to_arrow_table()


def export_lists(db: Path, out: Path, list_length: int) -> tuple[dict, int]:
    """Write one row per user to Parquet: user_id, run_id and the list; whole or not at all.

    Returns
    -------
    facts : dict
        Of the run.
    count : int
        Users written.
    """
    unfinished = out.with_name(f"{out.name}.unfinished")
    with open_for_reading(db, threads=1, memory_limit="2GB") as con:
        run = find_run(con)
        rows = _read(con, "lists", {"run_id": run["run_id"], "count": list_length})
        con.register("lists", rows)
        con.execute((HERE / "export.sql").read_text(encoding="utf-8"), {"run_id": run["run_id"]})
        try:
            con.execute(f"copy exported to {quote_text(str(unfinished))} (format parquet)")
            unfinished.replace(out)
        finally:
            unfinished.unlink(missing_ok=True)
        count = con.execute("select count(*) from exported").fetchone()[0]
    return {name: run[name] for name in FACTS}, count
