"""item_daily_features.csv: what the whole app did with each video on each day.

The counters come from the same appeal as the log (the video's effect, novelty, mood of the
day), over a larger population, so that yesterday's counters inform today.
"""

from pathlib import Path

import numpy as np
import pyarrow as pa
from reelrank.exact_math import exp, log, normal_cdf

from simulated_kuairec import days
from simulated_kuairec.csv_text import float_text, write_rows
from simulated_kuairec.draws import binomial, gamma, normal
from simulated_kuairec.seeds import generator
from simulated_kuairec.world import World

# counts in the order of the file; each is followed by the number of users
COUNTS = (
    "complete_play", "valid_play", "long_time_play", "short_time_play", "play_progress",
    "comment_stay_duration", "like", "click_like_cnt", "double_click_cnt", "cancel_like",
    "comment", "direct_comment_cnt", "reply_comment_cnt", "delete_comment", "comment_like",
    "follow", "cancel_follow", "share", "download", "report", "reduce_similar", "collect",
    "cancel_collect",
)  # fmt: skip
FROM_DAY = {"collect", "cancel_collect"}


def _present(world: World, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Videos and days that have a row: the first day for sure, later ones mostly."""
    upload = np.maximum(world.play.videos.upload_day, 0)
    day = np.arange(days.DAYS)
    keys = rng.random((len(upload), days.DAYS))
    keys[day < upload[:, None]] = 2.0
    keys[np.arange(len(upload)), upload] = -1.0
    real = world.play.parameters
    wanted = round(real.daily.rows * world.counts.videos / real.counts.videos)
    wanted = min(wanted, int((keys <= 1).sum()))
    last = np.partition(keys.ravel(), wanted - 1)[wanted - 1]
    return np.nonzero(keys <= last)


def _plays(
    world: World, video: np.ndarray, day: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Plays of each row: two kinds of videos, fading with age."""
    n, p = world.counts.videos, world.play.parameters.daily
    low = rng.random(n) < p.low_share
    base = np.where(low, p.low_mode[0], p.high_mode[0])
    base += np.where(low, p.low_mode[1], p.high_mode[1]) * normal(rng, n)
    age = day - np.maximum(world.play.videos.upload_day[video], -20)
    level = base[video] - p.fading * (age - 10) + p.day_noise * normal(rng, len(video))
    return np.floor(np.minimum(exp(level), p.most_plays)).astype(np.int64)


def _appeal(world: World, video: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Appeal of the video to the population on the day, in log play time."""
    model = world.play
    p = model.parameters.taste
    age = np.maximum(day - model.videos.upload_day[video], 0)
    novelty = p.novelty_effect * exp(-age / p.novelty_days)
    return model.videos.effect[video] + novelty + model.taste.day[video, day]


def _views(
    world: World, video: np.ndarray, plays: np.ndarray, appeal: np.ndarray,
    rng: np.random.Generator,
) -> dict[str, np.ndarray]:  # fmt: skip
    """Draw the counts that follow from how long the plays were."""
    length = log(world.play.videos.duration_ms[video])
    width = world.play.parameters.daily.width
    centre = log(world.play.parameters.daily.median_ms) + appeal

    def above(log_ms: np.ndarray | float) -> np.ndarray:
        return binomial(rng, plays, normal_cdf((centre - log_ms) / width))

    long_ms = np.where(length < log(7_000), log(18_000), length)
    mean = exp(centre + width * width / 2)
    noise = normal(rng, len(plays)) / np.sqrt(np.maximum(plays, 1))
    cut = (length - centre) / width
    progress = exp(centre - length + width * width / 2) * normal_cdf(cut - width) + normal_cdf(-cut)
    return {
        "play_duration": np.rint(plays * mean * exp(1.1 * noise)).astype(np.int64),
        "complete_play": above(length),
        "valid_play": above(np.minimum(length, log(7_000))),
        "long_time_play": above(long_ms),
        "short_time_play": plays - above(log(3_000)),
        "play_progress": np.clip(progress + 0.35 * noise, 0, 1) * (plays > 0),
    }


def _reactions(
    world: World, video: np.ndarray, plays: np.ndarray, appeal: np.ndarray,
    rng: np.random.Generator,
) -> dict[str, np.ndarray]:  # fmt: skip
    """Likes, comments, shares and the rest: rates per play that differ between videos."""
    p, counts = world.play.parameters.daily, {}
    for name, (rate, spread) in p.rates.items():
        own = log(rate) - spread * spread / 2 + spread * normal(rng, world.counts.videos)
        share = exp(own[video] + p.rate_per_appeal * appeal)
        counts[name] = binomial(rng, plays, np.minimum(share, 0.5))
    counts["like"] = counts["click_like"] + counts["double_click"]
    counts["comment"] = counts["direct_comment"] + counts["reply_comment"]
    stay_ms = p.comment_stay_ms / 1.2 * gamma(rng, 1.2, len(plays))
    counts["comment_stay_duration"] = np.rint(plays * stay_ms)
    return counts


def _users(count: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Different users behind a count: at least one of any."""
    return np.where(count > 0, np.maximum(binomial(rng, count, share), 1), 0)


def _descriptions(world: World, video: np.ndarray, rng: np.random.Generator) -> dict:
    """Columns that describe the video; the same on all its days."""
    n, videos, p = world.counts.videos, world.play.videos, world.play.parameters.videos
    daily = world.play.parameters.daily
    sides = np.array([size.split("x") for size in daily.sizes], dtype=np.int64)
    sizes = sides[rng.choice(len(sides), size=n, p=list(daily.sizes.values()))]
    kinds = rng.choice(list(daily.upload_types), size=n, p=list(daily.upload_types.values()))
    status = rng.choice(["public", "private", "only friends"], size=n, p=[0.985, 0.01, 0.005])
    status[videos.dense] = "public"
    length = np.where(rng.random(n) < p.no_duration_share, np.nan, videos.duration_ms * 1.0)
    music = rng.integers(60_000_000, 3_200_000_000, n)
    topic = rng.integers(1, 3_000, n) // 3 + 80 * videos.tags[:, 0]
    named = rng.random(n) >= p.no_tag_name_share
    names = np.where(named, np.char.add("标签", topic.astype(str)), "")
    return {
        "author_id": videos.author[video],
        "video_type": np.where(videos.advert, "AD", "NORMAL")[video],
        "upload_dt": days.date_text(videos.upload_day)[video],
        "upload_type": kinds[video],
        "visible_status": status[video],
        "video_duration": float_text(length[video]),
        "video_width": sizes[video, 0],
        "video_height": sizes[video, 1],
        "music_id": music[video],
        "video_tag_id": topic[video],
        "video_tag_name": names[video],
    }


def daily_table(world: World) -> pa.Table:
    """Make the whole table, one row per video and day, sorted by video and date."""
    rng = generator(world.seed, "daily")
    video, day = _present(world, rng)
    plays = _plays(world, video, day, rng)
    appeal = _appeal(world, video, day)
    counts = _views(world, video, plays, appeal, rng)
    counts |= _reactions(world, video, plays, appeal, rng)
    p = world.play.parameters.daily
    shows = plays + binomial(rng, plays + 2, p.shows_without_play)
    columns = {"video_id": video, "date": days.date_labels()[day]}
    columns |= _descriptions(world, video, rng)
    columns |= {"show_cnt": shows, "show_user_num": _users(shows, p.users_per_play, rng)}
    columns |= {"play_cnt": plays, "play_user_num": _users(plays, p.users_per_play, rng)}
    columns["play_duration"] = counts["play_duration"]
    for name in COUNTS:
        values = counts[name.removesuffix("_cnt") if name not in counts else name]
        if name == "play_progress":
            columns[name] = float_text(values)
        elif name.endswith(("_cnt", "_duration")):
            columns[name] = values.astype(np.int64)
        else:
            empty = day < days.COLLECT_DAY if name in FROM_DAY else None
            users = _users(values, p.users_per_reaction, rng)
            for suffix, cells in (("cnt", values), ("user_num", users)):
                columns[f"{name}_{suffix}"] = (
                    cells if empty is None else float_text(np.where(empty, np.nan, cells))
                )
    return pa.table(columns)


def write_daily_counters(world: World, folder: Path) -> None:
    """Write item_daily_features.csv."""
    table = daily_table(world)
    body = folder / "item_daily_features.csv.body"
    write_rows(table, body)
    path = folder / "item_daily_features.csv"
    path.write_bytes((",".join(table.column_names) + "\n").encode() + body.read_bytes())
    body.unlink()
