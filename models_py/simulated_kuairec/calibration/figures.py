"""The real figures, how far a simulation may be off, and which scales must keep them.

Real figures: KuaiRec 2.0's own README and statistics notebook, public reports on the real files,
and measurements on 117,113 real pairs of small_matrix. `Exact` figures are counts that scale with
the simulation; `near` ones allow a relative gap, `within` ones an absolute gap.
"""

from dataclasses import dataclass
from typing import Literal

ANY, SMALL, MEDIUM, FULL = 0.0, 0.04, 0.25, 1.0


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes
    ----------
    name : str
        As the SQL files call it.
    real : float
        Its value on the real files.
    gap : float
        How far the simulation may be off.
    kind : {"near", "within"}
        Whether the gap is relative or absolute.
    from_factor : float
        The smallest scale factor that must keep it; smaller ones show it without judging.
    grows_with : str
        Which count it scales with: "", or a name of `scales.Counts`.
    """

    name: str
    real: float
    gap: float
    kind: Literal["near", "within"]
    from_factor: float = SMALL
    grows_with: str = ""


def exact(name: str, real: float, grows_with: str = "") -> Figure:
    """Make a count that must be met to half a row, at any scale."""
    return Figure(name, real, 0.5, "within", ANY, grows_with)


def near(name: str, real: float, gap: float, from_factor: float = SMALL) -> Figure:
    """Make a figure with a relative gap."""
    return Figure(name, real, gap, "near", from_factor)


def within(name: str, real: float, gap: float, from_factor: float = SMALL) -> Figure:
    """Make a figure with an absolute gap."""
    return Figure(name, real, gap, "within", from_factor)


def series(pattern: str, values: dict, gap: float, kind: str, factor: float) -> list[Figure]:
    """Figures whose names differ in one part; `{}` in the pattern takes the key."""
    return [Figure(pattern.format(k), v, gap, kind, factor) for k, v in values.items()]


COUNTS = [
    exact("log rows", 12_530_806, "log_rows"),
    exact("log users", 7_176, "users"),
    exact("log videos", 10_728, "videos"),
    exact("log pairs", 10_300_969, "log_pairs"),
    near("log exact copies", 965_819, 0.005, FULL),
    near("log copies but for the date", 968_004, 0.005, FULL),
    near("log most views of a pair", 2_224, 0.6, FULL),
    exact("dense rows", 4_676_570, "dense_rows"),
    exact("dense users", 1_411, "dense_users"),
    exact("dense videos", 3_327, "dense_videos"),
    exact("dense pairs that are in the log", 0),
    within("dense rows per user, least", 3_295, 3, FULL),
    within("dense share without time", 0.038916, 0.001),
    exact("dense dates", 63),
    exact("log dates", 28),
    near("daily rows", 343_341, 0.0001, FULL),
    exact("daily rows of a pair of video and date", 1),
    near("daily authors", 8_369, 0.001, FULL),
    exact("daily empty collect_cnt from 07-28", 0),
    exact("user rows", 7_176, "users"),
    exact("category rows", 10_728, "videos"),
    exact("caption rows", 10_728, "videos"),
    exact("captions with a lone carriage return", 4),
    exact("friend lists", 472, "friend_lists"),
]

# how the files are written: what must never happen, and the second length of some videos
QUIRKS = [
    exact("log rows out of the order of user and time", 0),
    exact("log dates outside the three windows", 0),
    exact("log times that are not the timestamp in Shanghai", 0),
    exact("log ratios that are not play over length", 0),
    exact("dense rows out of order, unknown times last", 0),
    exact("dense times that are not the timestamp in Shanghai", 0),
    exact("dense dates that are not written as floats", 0),
    exact("dense rows with a time and no date, or a date and no time", 0),
    within("dense second duration, least of its rows", 0.05, 0.02, FULL),
    within("dense second duration, most of its rows", 0.26, 0.03, FULL),
    within("dense second duration, most ms below", -45, 3, FULL),
    within("dense second duration, most ms above", 83, 3, FULL),
]

TIMES = [
    within("log share with date label off", 0.00124, 0.0003),
    within("log share of times with 1 or 2 digits", 0.09997, 0.003),
    within("log first second", 1_592_872_451, 86_400 * 3, FULL),
    within("log last second", 1_599_694_332, 86_400 * 3, FULL),
    within("log share of rows from 08-30", 0.2, 0.015),
]

LOG = [
    within("log share watch_ratio < 0.25", 0.2081, 0.02),
    within("log share watch_ratio 0.25 to 0.5", 0.1509, 0.02),
    within("log share watch_ratio 0.5 to 1", 0.3027, 0.02),
    within("log share watch_ratio > 1", 0.338, 0.02),
    within("log share watch_ratio > 2", 0.07473, 0.01),
    within("log share watch_ratio > 5", 0.0092, 0.002),
    near("log watch_ratio median", 0.7255, 0.05),
    near("log watch_ratio p99", 4.79, 0.1),
    near("log watch_ratio mean up to 5", 0.8511, 0.03),
    near("log watch_ratio sd up to 5", 0.7185, 0.04),
    near("log watch_ratio p25 up to 5", 0.3111, 0.08),
    *series("log watch_ratio p{} up to 5", {50: 0.7161, 75: 1.1618}, 0.06, "near", SMALL),
    near("log video_duration mean", 14_622, 0.06, MEDIUM),
    near("log video_duration sd", 19_835, 0.1, FULL),  # depends on a few long videos
    *series("log video_duration p{}", {0: 140, 25: 7_434, 50: 9_636, 75: 12_179}, 0.04, "near",
            MEDIUM),
    near("log video_duration p100", 315_072, 0.0001, ANY),
    *series(
        "log 80th percentile of watch_ratio, {} s",
        {"4.0": 2.31, "7.0": 1.49, "9.3": 1.14, "12.3": 0.91, "18.6": 0.57, "57": 0.19},
        0.12, "near", MEDIUM,
    ),
]  # fmt: skip

ACTIVITY = [
    near("log rows per user, mean", 1_746, 0.001, FULL),
    near("log rows per user, sd", 992, 0.1, FULL),
    within("log rows per user, least", 100, 15, FULL),
    near("log rows per user, most", 16_015, 0.5, FULL),
    *series("log rows per user, p{}", {25: 883, 50: 1_846, 75: 2_461}, 0.1, "near", FULL),
    near("log user-days", 188_322, 0.03, FULL),
    near("log rows per user-day, mean", 66.5, 0.03, FULL),
    near("log rows per user-day, sd", 78.8, 0.15, FULL),
    *series("log rows per user-day, p{}", {25: 19, 50: 42, 75: 83}, 0.12, "near", FULL),
    near("log rows of the most shown video", 27_615, 0.5, FULL),
    near("log rows of the 10th most shown video", 8_179, 0.25, FULL),
    *series("dense users, rows in the first 85 % of the log, p{}", {50: 301, 90: 413}, 0.12,
            "near", FULL),
    near("late rows, users", 6_941, 0.02, FULL),
    near("rows after 70 % and up to 85 % of the log, users", 7_094, 0.01, FULL),
    near("last 15 % of the log, users", 6_911, 0.01, FULL),
    *series("first 70 % of the log, rows per user, p{}", {50: 1_276, 90: 2_117, 99: 2_921}, 0.1,
            "near", FULL),
    *series("last 15 % of the log, rows per user, p{}", {50: 226, 90: 524, 99: 880}, 0.1,
            "near", FULL),
    # depends on a few popular fresh videos: at medium its sd over seeds is .024
    within("late rows, share of never seen videos", 0.125, 0.03, FULL),
    within("late rows, share that repeats a pair", 0.137, 0.03),
    within("log share that repeats a pair", 0.109, 0.005),
    # the boundary falls on the first hours after 16 days without log, when many are first seen
    within("share of videos seen in the first 70 %", 7_896 / 10_728, 0.1, FULL),
    within("share of videos seen in the next 15 %", 5_431 / 10_728, 0.06, FULL),
    within("share of videos seen in the last 15 %", 5_246 / 10_728, 0.06, FULL),
    within("dense videos seen in the first 80 %", 0.9994, 0.002),
    within("share of watch_ratio > 2 on the upload day", 0.1, 0.03),
    within("share of videos with a second duration", 0.43, 0.05),
]  # fmt: skip

DENSE = [
    near("dense rows per user-day, mean", 51.9, 0.03, FULL),
    *series("dense rows per user-day, p{}", {25: 28, 50: 47, 75: 70}, 0.15, "near", FULL),
    within("dense share watch_ratio < 0.25", 0.1272, 0.015),
    within("dense share watch_ratio 0.25 to 0.5", 0.1454, 0.015),
    within("dense share watch_ratio 0.5 to 1", 0.4034, 0.02),
    within("dense share watch_ratio > 1", 0.324, 0.02),
    within("dense share watch_ratio > 2", 0.04644, 0.01),
    within("dense share watch_ratio > 5", 0.00487, 0.0015),
    within("dense share watch_ratio = 0", 0.0068, 0.002, MEDIUM),
    near("dense watch_ratio median", 0.769, 0.03),
    near("dense watch_ratio p99", 3.585, 0.08),
    near("dense watch_ratio mean up to 5", 0.8554, 0.03),
    near("dense watch_ratio sd up to 5", 0.5952, 0.05),
    *series("dense watch_ratio p{} up to 5", {25: 0.4658, 50: 0.7662, 75: 1.1141}, 0.04, "near",
            SMALL),
    near("dense video_duration mean", 14_486, 0.04, MEDIUM),
    near("dense video_duration sd", 20_467, 0.06, MEDIUM),
    *series("dense video_duration p{}", {25: 7_523, 50: 9_600, 75: 11_934}, 0.03, "near", SMALL),
    *series("dense video_duration p{}", {0: 3_067, 100: 315_072}, 0.001, "near", SMALL),
    *series(
        "dense play p{}",
        {5: 2_045, 10: 3_763, 25: 5_879, 50: 7_600, 75: 9_889, 90: 12_630, 95: 15_630, 99: 30_285},
        0.08, "near", SMALL,
    ),
    *series("dense play p{}", {"99.5": 41_757, "99.9": 106_641}, 0.25, "near", MEDIUM),
    *series(
        "dense share > 1, videos {}",
        {"under 6 s": 0.78, "6 to 8 s": 0.595, "8 to 10 s": 0.343, "10 to 12 s": 0.182,
         "12 to 15 s": 0.099},
        0.035, "within", SMALL,
    ),
    within("dense share > 1, videos 15 to 25 s", 0.037, 0.012),
    within("dense share > 1, videos 25 to 50 s", 0.007, 0.004),
    *series("dense share > 1 per video, p{}", {25: 0.125, 50: 0.286, 75: 0.51, 95: 0.759},
            0.05, "within", SMALL),
    within("dense share > 1 per video, p5", 0.0, 0.01),
    *series("dense share > 1 per user, p{}", {25: 0.253, 50: 0.325, 75: 0.41}, 0.04, "within",
            SMALL),
    *series("dense share > 1 per user, p{}", {5: 0.157, 95: 0.53}, 0.04, "within", MEDIUM),
    *series("dense median play per user, p{}", {25: 6_840, 50: 7_731, 75: 8_705}, 0.1, "near",
            SMALL),
    *series("dense median play per user, p{}", {5: 5_156, 95: 11_005}, 0.1, "near", MEDIUM),
    *series("dense spread of log play per user, p{}", {25: 0.225, 50: 0.37, 75: 0.586}, 0.25,
            "near", SMALL),
]  # fmt: skip

VARIANCE = [
    # real: of a sample that is not even over videos; its three components sum to 0.821
    near("dense variance of log watch_ratio", 0.872, 0.12),
    within("dense variance explained by video", 0.429, 0.05),
    within("dense variance explained by user", 0.056, 0.03),
    within("dense variance explained by both", 0.5, 0.05),
    near("dense residual sd of log watch_ratio", 0.65, 0.06),
    *series("dense residual p{}", {5: -1.04, 10: -0.62, 25: -0.23, 50: 0.05, 75: 0.31, 90: 0.6,
            95: 0.86}, 0.15, "within", SMALL),
    within("dense residual p1", -2.21, 0.5),
    within("dense residual p99", 1.56, 0.2),
    within("dense correlation of log play and log length", -0.001, 0.02, MEDIUM),
    within("dense sd of users in log play", 0.2, 0.05),
    near("dense residual sd of log play", 0.574, 0.1),
    within("dense sd of videos in log play", 0.033, 0.008, MEDIUM),
]  # fmt: skip

SIDE = [
    near("daily rows per video, mean", 32.0, 0.01),
    within("daily share of empty video_duration", 0.0309, 0.008, FULL),
    within("daily share of empty video_tag_name", 0.0945, 0.01, FULL),
    within("daily share of empty collect_cnt", 0.20296, 0.01),
    *series("daily log of play_cnt, p{}", {25: 2.71, 50: 6.44, 75: 9.94}, 0.6, "within", FULL),
    near("daily mean play_cnt", 94_188, 0.3, FULL),
    near("daily likes per play", 0.0295, 0.3, FULL),
    near("daily comments per play", 0.00139, 0.4, FULL),
    near("daily shares per play", 0.00085, 0.4, FULL),
    within("user share full_active", 6_092 / 7_176, 0.005),
    *series("user follow number, p{}", {25: 9, 50: 33, 75: 130}, 0.1, "near", FULL),
    *series("user register days, p{}", {25: 132, 50: 225, 75: 324}, 0.05, "near", FULL),
    within("user share of empty onehot_feat4", 201 / 7_176, 0.002),
    within("user share of empty onehot_feat12", 77 / 7_176, 0.002),
    *series("user share of empty onehot_feat{}", {13: 75 / 7_176, 14: 75 / 7_176}, 0.002,
            "within", SMALL),
    *series("user share of empty onehot_feat{}", dict.fromkeys((15, 16, 17), 74 / 7_176), 0.002,
            "within", SMALL),
    exact("user rows with other empty cells", 0),
    near("category tags per video", 1.183, 0.01),
    near("friends per list", 1.419, 0.02),
]  # fmt: skip

FIGURES = [*COUNTS, *QUIRKS, *TIMES, *LOG, *ACTIVITY, *DENSE, *VARIANCE, *SIDE]
