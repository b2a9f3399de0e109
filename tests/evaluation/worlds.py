"""Little worlds for the evaluation: the tables it reads, from rows written out in a test."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import numpy as np
from reelrank.evaluation.orderings import ABOVE_ONE, CUTOFFS
from reelrank.evaluation.ranking import Lists, order_keys
from reelrank.evaluation.results import Results

RANDOM_WORLD = (Path(__file__).parent / "random_world.sql").read_text()
BOUNDARY_VIDEOS = (Path(__file__).parents[1] / "boundary_videos.sql").read_text()
# a step of length is a second here
STEPS_OF_LENGTH = """
create macro training.duration_step(duration_ms) as duration_ms // 1000;
create macro training.long_view_steps() as table
select
    unnest(range(min_duration_ms // 1000, max_duration_ms // 1000)) as duration_step,
    watch_ratio_threshold
from training.long_view_thresholds;
"""
SCHEMA = """
create schema training;
create schema staging;
create schema features;
create table training.interactions (
    user_id integer, video_id integer, event_at timestamp, video_duration_ms integer,
    watch_ratio double, split varchar, is_long_view boolean
);
create table training.als_confidences (user_id integer, video_id integer);
create table training.split_boundary (boundary_at timestamp, boundary_on date);
insert into training.split_boundary values ('2020-08-30 12:00:00', '2020-08-30');
create table training.long_view_thresholds (
    duration_bucket integer, min_duration_ms integer, max_duration_ms integer,
    view_count integer, watch_ratio_threshold double
);
insert into training.long_view_thresholds values
(0, 0, 10000, 100, 1.5), (1, 10000, 1000000, 100, 0.5);
create table staging.stg_users (user_id integer);
create table staging.stg_video_tags (video_id integer, tag_ids integer[]);
create table features.video_profiles (
    video_id integer, video_duration_ms integer, uploaded_on date
);
create temp table run_predictions (
    protocol varchar, user_id integer, video_id integer, event_at timestamp,
    video_duration_ms integer, watch_ratio double, is_long_view boolean,
    predicted_watch_ratio float, predicted_long_view float,
    score_watch_ratio float, score_long_view float
);
create temp table run_candidates (
    model varchar, user_id integer, rank smallint, video_id integer, score float
);
create temp table run_dense_candidates (
    model varchar, user_id integer, rank smallint, video_id integer, score float
);
create temp table run_lists (
    user_id integer, video_id integer, score_watch_ratio float, score_long_view float
);
create temp table run_user_factors (user_id integer, factors float[2]);
create temp table run_video_factors (video_id integer, factors float[2]);
"""

TRAIN_AT = "2020-08-01 10:00:00"
HOLDOUT_AT = "2020-08-31 10:00:00"


def random_world(threads: int = 2) -> duckdb.DuckDBPyConnection:
    """Make a database of made-up predictions and candidates, ready to be evaluated."""
    con = duckdb.connect()
    con.execute(f"set threads = {threads}")
    con.execute("create schema training; create schema staging; create schema features")
    con.execute(RANDOM_WORLD)
    con.execute(BOUNDARY_VIDEOS + STEPS_OF_LENGTH)
    return con


@dataclass(frozen=True)
class World:
    """What a test states; everything else follows.

    Attributes
    ----------
    train : (user, video, watch_ratio)
        Events before the boundary; a long view is one above 1.5.
    predictions : (protocol, user, video, watch_ratio, score)
        Judged events in the order they happened; the score serves both relevances.
    tags : video -> tags
    lists : (user, video, score)
    candidates, dense_candidates : (model, user, rank, video)
    factors : (users, videos), id -> two numbers
    unseen_videos : videos uploaded before the boundary that nobody watched
    """

    train: Sequence[tuple] = ()
    predictions: Sequence[tuple] = ()
    tags: dict[int, list[int]] = field(default_factory=dict)
    lists: Sequence[tuple] = ()
    candidates: Sequence[tuple] = ()
    dense_candidates: Sequence[tuple] = ()
    factors: tuple[dict, dict] = field(default_factory=lambda: ({}, {}))
    unseen_videos: Sequence[int] = ()


def build(world: World) -> duckdb.DuckDBPyConnection:
    """Put a world into a new database in memory."""
    con = duckdb.connect()
    con.execute(SCHEMA)
    con.execute("set threads = 2")
    _fill(con, "training.interactions", [
        (u, v, TRAIN_AT, 8000, ratio, "train", ratio > 1.5) for u, v, ratio in world.train
    ])  # fmt: skip
    _fill(con, "run_predictions", [
        (protocol, u, v, f"{HOLDOUT_AT[:-2]}{n % 60:02}.{n:06}", 8000, ratio, ratio > 1.5,
         score, None, score, score)
        for n, (protocol, u, v, ratio, score) in enumerate(world.predictions)
    ])  # fmt: skip
    _fill(con, "run_candidates", [(*row, -row[2]) for row in world.candidates])
    _fill(con, "run_dense_candidates", [(*row, -row[2]) for row in world.dense_candidates])
    _fill(con, "run_lists", [(u, v, score, score) for u, v, score in world.lists])
    _fill(con, "run_user_factors", list(world.factors[0].items()))
    _fill(con, "run_video_factors", list(world.factors[1].items()))
    _fill(con, "staging.stg_video_tags", list(world.tags.items()))
    _fill(con, "features.video_profiles", [(v, 8000, "2020-08-01") for v in world.unseen_videos])
    con.execute("""
        insert into training.interactions
        select user_id, video_id, event_at, video_duration_ms, watch_ratio, 'holdout',
            is_long_view
        from run_predictions where protocol = 'holdout';
        insert into training.als_confidences
        select distinct user_id, video_id from training.interactions where split = 'train';
        insert into staging.stg_users
        select distinct user_id from training.interactions
        union select user_id from run_predictions;
        insert into features.video_profiles
        select video_id, 8000, null from training.als_confidences
        where video_id not in (select video_id from features.video_profiles)
        group by video_id;
    """)
    con.execute(BOUNDARY_VIDEOS + STEPS_OF_LENGTH)
    return con


def _fill(con: duckdb.DuckDBPyConnection, table: str, rows: list[tuple]) -> None:
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        con.executemany(f"insert into {table} values ({marks})", rows)


def value(
    con: duckdb.DuckDBPyConnection,
    metric: str,
    k: int | None,
    model: str = "ranker",
    protocol: str = "dense",
    relevance: str = "watch_ratio_above_1",
) -> float:
    """One value of run_metrics."""
    rows = con.execute(
        """select value from run_metrics where metric = ? and k is not distinct from ?
        and model = ? and protocol = ? and relevance = ?""",
        [metric, k, model, protocol, relevance],
    ).fetchall()
    assert len(rows) == 1, (metric, k, model, protocol, relevance, rows)
    return rows[0][0]


def metrics(rows: Sequence[tuple], seed: int = 42) -> dict[tuple[int, int], dict[str, float]]:
    """Metrics by (user, k) of rows (user, video, is relevant, score), ties in a seeded order."""
    rng = np.random.default_rng(seed)
    ties = {row[:2]: rng.random() for row in sorted(rows, key=lambda row: row[:2])}
    rows = sorted(rows, key=lambda row: (row[0], ties[row[:2]]))
    user, _, is_relevant, score = (np.array(column) for column in zip(*rows, strict=True))
    users, number = np.unique(user, return_inverse=True)
    lists = Lists.of(number, len(users))
    first = lists.first(lists.order(order_keys(score.astype(float))), CUTOFFS[-1])
    counts = np.bincount(number, is_relevant).astype(int)
    found = Results()
    hits = is_relevant[first] & (first >= 0)
    found.add_lists(("dense", ABOVE_ONE), "ranker", users, counts, hits)
    table = [row for block in found.blocks() for row in block.to_arrow().to_pylist()]
    return {(row["user_id"], row["k"]): row for row in table}
