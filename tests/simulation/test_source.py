"""The seven files as they are on disk: formats and quirks of the real ones."""

import csv
import json
import re
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from simulated_kuairec.parameters import RealCounts
from simulated_kuairec.scales import counts_of

COUNTS = counts_of(0.0024, RealCounts())
INTERACTIONS = "user_id,video_id,play_duration,video_duration,time,date,timestamp,watch_ratio"
USER_FEATURES = (
    "user_id,user_active_degree,is_lowactive_period,is_live_streamer,is_video_author,"
    "follow_user_num,follow_user_num_range,fans_user_num,fans_user_num_range,friend_user_num,"
    "friend_user_num_range,register_days,register_days_range,"
    + ",".join(f"onehot_feat{k}" for k in range(18))
)
DAILY = (
    "video_id,date,author_id,video_type,upload_dt,upload_type,visible_status,video_duration,"
    "video_width,video_height,music_id,video_tag_id,video_tag_name,show_cnt,show_user_num,"
    "play_cnt,play_user_num,play_duration,complete_play_cnt,complete_play_user_num,"
    "valid_play_cnt,valid_play_user_num,long_time_play_cnt,long_time_play_user_num,"
    "short_time_play_cnt,short_time_play_user_num,play_progress,comment_stay_duration,like_cnt,"
    "like_user_num,click_like_cnt,double_click_cnt,cancel_like_cnt,cancel_like_user_num,"
    "comment_cnt,comment_user_num,direct_comment_cnt,reply_comment_cnt,delete_comment_cnt,"
    "delete_comment_user_num,comment_like_cnt,comment_like_user_num,follow_cnt,follow_user_num,"
    "cancel_follow_cnt,cancel_follow_user_num,share_cnt,share_user_num,download_cnt,"
    "download_user_num,report_cnt,report_user_num,reduce_similar_cnt,reduce_similar_user_num,"
    "collect_cnt,collect_user_num,cancel_collect_cnt,cancel_collect_user_num"
)
HEADERS = {
    "big_matrix.csv": INTERACTIONS,
    "small_matrix.csv": INTERACTIONS,
    "user_features.csv": USER_FEATURES,
    "item_categories.csv": "video_id,feat",
    "item_daily_features.csv": DAILY,
    "social_network.csv": "user_id,friend_list",
    "kuairec_caption_category.csv": (
        "video_id,manual_cover_text,caption,topic_tag,first_level_category_id,"
        "first_level_category_name,second_level_category_id,second_level_category_name,"
        "third_level_category_id,third_level_category_name"
    ),
}


def rows_of(source: Path, name: str) -> list[dict[str, str]]:
    with (source / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def log(tiny_source):
    return rows_of(tiny_source, "big_matrix.csv")


@pytest.fixture(scope="module")
def dense(tiny_source):
    return rows_of(tiny_source, "small_matrix.csv")


@pytest.fixture(scope="module")
def daily(tiny_source):
    return rows_of(tiny_source, "item_daily_features.csv")


@pytest.mark.parametrize("name", HEADERS)
def test_headers_are_those_of_the_real_files(tiny_source, name):
    with (tiny_source / name).open(encoding="utf-8") as file:
        assert file.readline() == HEADERS[name] + "\n"


def test_the_folder_says_that_it_is_simulated(tiny_source):
    facts = json.loads((tiny_source / "SIMULATED.json").read_text())
    assert facts["source"] == "simulated KuaiRec"
    assert (facts["scale"], facts["seed"]) == ("tiny", 42)
    assert facts["counts"]["log_rows"] == COUNTS.log_rows
    assert facts["parameters"]["play"]["video_sd"] == 0.028


def test_the_log_has_the_planned_rows_users_videos_and_pairs(log):
    assert len(log) == COUNTS.log_rows
    assert {int(row["user_id"]) for row in log} == set(range(COUNTS.users))
    assert {int(row["video_id"]) for row in log} == set(range(COUNTS.videos))
    assert len({(row["user_id"], row["video_id"]) for row in log}) == COUNTS.log_pairs


def test_the_log_is_sorted_by_user_and_time(log):
    keys = [(int(row["user_id"]), float(row["timestamp"])) for row in log]
    assert keys == sorted(keys)


def test_exact_copies_have_their_share_and_a_few_under_two_dates(log):
    whole = Counter(tuple(row.values()) for row in log)
    undated = Counter(tuple(v for k, v in row.items() if k != "date") for row in log)
    copies = len(log) - len(whole)
    assert copies / len(log) == pytest.approx(0.077, abs=0.004)
    assert len(log) - len(undated) == copies + COUNTS.log_label_copies


def test_watch_ratio_is_play_over_length_with_all_its_digits(log, dense):
    for row in [*log[:2_000], *dense[:2_000]]:
        assert float(row["watch_ratio"]) == int(row["play_duration"]) / int(row["video_duration"])
        assert "." in row["watch_ratio"]


def test_time_is_the_timestamp_in_shanghai_without_trailing_zeros(log):
    for row in log[:3_000]:
        assert re.fullmatch(r"2020-\d\d-\d\d \d\d:\d\d:\d\d\.(\d{0,2}[1-9]|0)", row["time"])
    said = duckdb.execute("select epoch_ms(?::timestamp) - 28800000", [log[0]["time"]]).fetchone()[
        0
    ]
    assert said == round(float(log[0]["timestamp"]) * 1000)
    short = sum(len(row["time"]) < 23 for row in log) / len(log)
    assert short == pytest.approx(0.1, abs=0.01)


def test_dates_are_labels_of_the_three_windows_and_sometimes_off(log):
    windows = {*range(20200705, 20200713), *range(20200801, 20200811)}
    windows |= {*range(20200827, 20200832), *range(20200901, 20200906)}
    assert {int(row["date"]) for row in log} == windows
    off = sum(row["time"][:10].replace("-", "") != row["date"] for row in log) / len(log)
    assert 0 < off < 0.004


def test_small_matrix_is_nearly_full_and_none_of_its_pairs_is_in_the_log(log, dense):
    pairs = {(row["user_id"], row["video_id"]) for row in dense}
    assert len(pairs) == len(dense) == COUNTS.dense_rows
    assert len(dense) / (COUNTS.dense_users * COUNTS.dense_videos) == pytest.approx(0.996, abs=2e-3)
    assert not pairs & {(row["user_id"], row["video_id"]) for row in log}


def test_small_matrix_writes_dates_as_floats_and_puts_unknown_times_last(dense):
    unknown = [row for row in dense if not row["time"]]
    assert len(unknown) / len(dense) == pytest.approx(0.039, abs=0.006)
    assert all(row["date"] == row["timestamp"] == "" for row in unknown)
    assert all(re.fullmatch(r"2020\d{4}\.0", row["date"]) for row in dense if row["time"])
    for before, after in zip(dense, dense[1:], strict=False):
        if before["user_id"] == after["user_id"] and not before["time"]:
            assert not after["time"]


def test_four_in_ten_videos_have_a_second_length_close_to_the_first(log, dense):
    lengths: dict[str, set[int]] = {}
    for row in [*log, *dense]:
        lengths.setdefault(row["video_id"], set()).add(int(row["video_duration"]))
    assert max(map(len, lengths.values())) == 2
    assert all(max(known) - min(known) <= 83 for known in lengths.values())
    share = sum(len(known) == 2 for known in lengths.values()) / len(lengths)
    assert share == pytest.approx(0.43, abs=0.08)


def test_no_video_is_seen_before_its_upload_but_for_stray_times(log, dense, daily):
    upload = {row["video_id"]: row["upload_dt"] for row in daily}
    early = [
        row for row in [*log, *dense] if row["time"] and row["time"][:10] < upload[row["video_id"]]
    ]
    assert len(early) / len(log) < 0.001


def test_video_ids_are_ordered_by_upload(daily):
    days = [row["upload_dt"] for row in daily]
    assert days == sorted(days)
    assert days[0] == "2020-03-30"
    assert days[-1] == "2020-09-05"


def test_the_daily_file_has_each_video_and_day_once_and_its_empty_cells(daily):
    keys = [(int(row["video_id"]), row["date"]) for row in daily]
    assert len(keys) == len(set(keys)) == round(343_341 * COUNTS.videos / 10_728)
    assert keys == sorted(keys)
    for name in ("collect_cnt", "collect_user_num", "cancel_collect_cnt"):
        assert all((row[name] == "") == (row["date"] < "20200728") for row in daily)
    empty = {row["video_id"] for row in daily if not row["video_duration"]}
    assert empty
    assert all((row["video_id"] in empty) == (not row["video_duration"]) for row in daily)
    assert any(not row["video_tag_name"] for row in daily)


def test_daily_counts_agree_with_each_other(daily):
    for row in daily:
        n = {k: int(float(v)) for k, v in row.items() if k.endswith(("_cnt", "_num")) and v}
        assert n["like_cnt"] == n["click_like_cnt"] + n["double_click_cnt"]
        assert n["comment_cnt"] == n["direct_comment_cnt"] + n["reply_comment_cnt"]
        assert n["show_cnt"] >= n["play_cnt"] >= n["complete_play_cnt"]
        assert n["play_user_num"] <= n["play_cnt"]
        assert 0 <= float(row["play_progress"]) <= 1


def test_onehot_cells_are_empty_where_the_real_ones_are(tiny_source):
    rows = rows_of(tiny_source, "user_features.csv")
    assert [int(row["user_id"]) for row in rows] == list(range(COUNTS.users))
    with_gaps = {name for row in rows for name, cell in row.items() if cell == ""}
    assert with_gaps == {"onehot_feat4", *(f"onehot_feat{k}" for k in range(12, 18))}
    assert all("." not in row["onehot_feat4"] for row in rows)
    assert any(row["follow_user_num_range"] == "(10,50]" for row in rows)


def test_lists_are_text_and_name_known_users_and_tags(tiny_source):
    for row in rows_of(tiny_source, "item_categories.csv"):
        tags = json.loads(row["feat"])
        assert 1 <= len(set(tags)) == len(tags) <= 4
        assert all(0 <= tag <= 30 for tag in tags)
    for row in rows_of(tiny_source, "social_network.csv"):
        friends = json.loads(row["friend_list"])
        assert 1 <= len(set(friends)) == len(friends) <= 5
        assert int(row["user_id"]) not in friends
        assert all(0 <= friend < COUNTS.users for friend in friends)


def test_four_captions_hold_a_lone_carriage_return_outside_quotes(tiny_source):
    raw = (tiny_source / "kuairec_caption_category.csv").read_bytes().decode()
    assert raw.count("\r") == 4
    assert "\r\n" not in raw
    outside = "".join(raw.split('"')[::2])
    assert outside.count("\r") == 4
    assert outside.count("\n") == COUNTS.videos + 1
