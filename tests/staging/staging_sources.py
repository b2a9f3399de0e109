"""A hand-made KuaiRec folder of a few rows, which tests damage line by line."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from pathlib import Path

MATRIX = "user_id,video_id,play_duration,video_duration,time,date,timestamp,watch_ratio"
USERS = (
    "user_id,user_active_degree,is_lowactive_period,is_live_streamer,is_video_author,"
    "follow_user_num,follow_user_num_range,fans_user_num,fans_user_num_range,"
    "friend_user_num,friend_user_num_range,register_days,register_days_range,"
    + ",".join(f"onehot_feat{number}" for number in range(18))
)
DAYS = (
    "video_id,date,author_id,video_type,upload_dt,upload_type,visible_status,video_duration,"
    "video_width,video_height,music_id,video_tag_id,video_tag_name,show_cnt,show_user_num,"
    "play_cnt,play_user_num,play_duration,complete_play_cnt,complete_play_user_num,"
    "valid_play_cnt,valid_play_user_num,long_time_play_cnt,long_time_play_user_num,"
    "short_time_play_cnt,short_time_play_user_num,play_progress,comment_stay_duration,"
    "like_cnt,like_user_num,click_like_cnt,double_click_cnt,cancel_like_cnt,"
    "cancel_like_user_num,comment_cnt,comment_user_num,direct_comment_cnt,"
    "reply_comment_cnt,delete_comment_cnt,delete_comment_user_num,comment_like_cnt,"
    "comment_like_user_num,follow_cnt,follow_user_num,cancel_follow_cnt,"
    "cancel_follow_user_num,share_cnt,share_user_num,download_cnt,download_user_num,"
    "report_cnt,report_user_num,reduce_similar_cnt,reduce_similar_user_num,collect_cnt,"
    "collect_user_num,cancel_collect_cnt,cancel_collect_user_num"
)
CAPTIONS = (
    "video_id,manual_cover_text,caption,topic_tag,first_level_category_id,"
    "first_level_category_name,second_level_category_id,second_level_category_name,"
    "third_level_category_id,third_level_category_name"
)
FIRST_SECOND = 1_593_878_903  # 2020-07-05 00:08:23 in Shanghai
# what makes a folder one whose ways of writing are known
KNOWN = {"SIMULATED.json": b'{"source": "simulated KuaiRec", "scale": "tiny", "seed": 1}'}
HALF_PLAYED = "5000,10000"


def log_line(user: int, video: int, minute: int) -> str:
    """Write a view of half a video, so many minutes after the first."""
    second = FIRST_SECOND + 60 * minute
    return f"{user},{video},{HALF_PLAYED},2020-07-05 00:08:23.438,20200705,{second}.438,0.5"


def user_line(user: int) -> str:
    ranges = '5,"(0,10]",4,"[1,10)",2,"[1,5)",327,181-365'
    return f"{user},full_active,0,0,1,{ranges}," + ",".join(str(n) for n in range(18))


def day_line(video: int, day: str, shows: int = 100) -> str:
    counts = [shows, *range(1, 14)]
    properties = f"{video},{day},7,NORMAL,2020-03-30,LongImport,public,10000.0,576,1024,99,3,tag"
    rest = [0] * (58 - 13 - len(counts) - 1)
    return ",".join([properties, *map(str, counts[:13]), "0.58", *map(str, counts[13:] + rest)])


def caption_line(video: int) -> str:
    return f"{video},UNKNOWN,a caption,[one],8,faces,673,selfies,-124,UNKNOWN"


@dataclass
class Source:
    """The lines of each file, header first; write() makes the folder.

    `raw` holds whole files as bytes that replace the lines.
    """

    lines: dict[str, list[str]] = field(default_factory=dict)
    raw: dict[str, bytes] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True)
        for name, lines in self.lines.items():
            if name not in self.raw:
                (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", newline="")
        for name, content in self.raw.items():
            path = folder / (name if "." in name or "/" in name else f"{name}.csv")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return folder


def small_source() -> Source:
    """Make a clean source: 3 users, 5 videos, 15 views, 6 dense pairs."""
    users, videos = range(3), range(5)
    return Source(
        {
            "big_matrix": [
                MATRIX,
                *(log_line(user, video, 10 * user + video) for user in users for video in videos),
            ],
            "small_matrix": [
                MATRIX,
                *(log_line(user, 100 + video, 5) for user in users for video in range(2)),
            ],
            "user_features": [USERS, *(user_line(user) for user in users)],
            "item_categories": [
                "video_id,feat",
                *(f"{video},[8]" for video in (*videos, 100)),
                '101,"[27, 9]"',
            ],
            "item_daily_features": [
                DAYS,
                *(day_line(video, "20200705") for video in (*videos, 100, 101)),
            ],
            "social_network": ["user_id,friend_list", '0,"[1, 2]"', "1,[0]"],
            "kuairec_caption_category": [CAPTIONS, *(caption_line(v) for v in (*videos, 100, 101))],
        }
    )


def zipped(lines: list[str]) -> bytes:
    """Compress lines as a .csv.gz holds them."""
    return gzip.compress(("\n".join(lines) + "\n").encode())
