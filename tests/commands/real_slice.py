"""A KuaiRec folder from a slice of real KuaiRec.

Real are ids, user features, categories, captions and watch ratios. The slice has no times, no
durations and no video days, so these are made up, and carry nothing that the slice does not:
every video is equally long, uploaded on the same day and counted nowhere, and the pairs fall at
random on the days of the real log.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

SOURCE = "KuaiRec slice: real ids, profiles, tags, captions, watch ratios; made-up times, durations"
VIDEO_FILES = ("item_categories.csv", "kuairec_caption_category.csv")
# Long enough that rounding the play time to a millisecond moves no watch ratio by 1e-5.
VIDEO_DURATION_MS = 100_000
UPLOADED_ON = "2020-07-01"
LOCAL_TIME = 8 * 3600
# The three windows of the real log.
DAYS = pd.DatetimeIndex(
    np.concatenate(
        [
            pd.date_range("2020-07-05", "2020-07-12"),
            pd.date_range("2020-08-01", "2020-08-10"),
            pd.date_range("2020-08-27", "2020-09-05"),
        ]
    )
)


@dataclass(frozen=True)
class Slice:
    """What was written: the folder, and the pairs of each file."""

    folder: Path
    big_pairs: int
    small_pairs: int


def write_slice(slice_folder: Path, folder: Path, video_day_columns: list[str], seed: int) -> Slice:
    """Write the seven files but the social network, which the slice has not.

    Parameters
    ----------
    slice_folder : Path
        Where the real files are.
    folder : Path
        The folder to make.
    video_day_columns : list of str
        Header of item_daily_features.csv.
    seed : int
        Of the 80/20 split and of the made-up times.
    """
    folder.mkdir(parents=True)
    rng = np.random.default_rng(seed)
    pairs = pd.read_csv(slice_folder / "watch_ratio_sample.csv")
    for name in VIDEO_FILES:
        shutil.copyfile(slice_folder / name, folder / name)
    # Only users with pairs: lists for thousands without any would only cost time.
    users = pd.read_csv(slice_folder / "user_features.csv", dtype=str, keep_default_na=False)
    users = users[users["user_id"].astype(int).isin(pairs["user_id"])]
    users.to_csv(folder / "user_features.csv", index=False)
    order = rng.permutation(len(pairs))
    cut = len(pairs) * 4 // 5
    big = _events(pairs.iloc[order[:cut]], rng)
    small = _events(pairs.iloc[order[cut:]], rng)
    big.to_csv(folder / "big_matrix.csv", index=False)
    small.to_csv(folder / "small_matrix.csv", index=False)
    videos = pd.read_csv(slice_folder / "item_categories.csv")["video_id"]
    _video_days(videos, video_day_columns).to_csv(folder / "item_daily_features.csv", index=False)
    (folder / "SOURCE.json").write_text(json.dumps({"source": SOURCE, "seed": seed}))
    return Slice(folder, big_pairs=len(big), small_pairs=len(small))


def _events(pairs: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    days = DAYS[rng.integers(0, len(DAYS), len(pairs))]
    local = days + pd.to_timedelta(rng.integers(0, 86_400_000, len(pairs)), unit="ms")
    unix_ms = local.as_unit("ms").asi8 - LOCAL_TIME * 1000
    events = pd.DataFrame(
        {
            "user_id": pairs["user_id"].to_numpy(),
            "video_id": pairs["video_id"].to_numpy(),
            "play_duration": (pairs["watch_ratio"] * VIDEO_DURATION_MS).round().astype(int),
            "video_duration": VIDEO_DURATION_MS,
            "time": local.strftime("%Y-%m-%d %H:%M:%S.") + local.strftime("%f").str[:3],
            "date": local.strftime("%Y%m%d"),
            "timestamp": [f"{ms // 1000}.{ms % 1000:03d}" for ms in unix_ms],
            "watch_ratio": pairs["watch_ratio"].to_numpy(),
        }
    )
    return events.sort_values(["user_id", "timestamp"], kind="stable")


def _video_days(videos: pd.Series, columns: list[str]) -> pd.DataFrame:
    days = pd.DataFrame(0, index=range(len(videos)), columns=columns)
    days["video_id"] = videos.to_numpy()
    days["date"] = UPLOADED_ON.replace("-", "")
    days["author_id"] = videos.to_numpy()  # unknown: each video has an author of its own
    days["upload_dt"] = UPLOADED_ON
    days["video_duration"] = float(VIDEO_DURATION_MS)
    for column, text in (
        ("video_type", "NORMAL"),
        ("upload_type", "ShortImport"),
        ("visible_status", "public"),
        ("video_tag_name", ""),
    ):
        days[column] = text
    return days
