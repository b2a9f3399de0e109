"""Every parameter of the simulation, each with where it comes from.

Sources, all of the real KuaiRec 2.0:
`facts`    the dataset's README and paper, and figures that several reports agree on;
`log`      the dataset's statistics notebook and public reports on the two interaction files;
`daily`    public summaries of item_daily_features.csv; `files` row counts of the side files;
`network`  social_network.csv; `overlap` reports on what the two interaction files share;
`sample`   measured on 117,113 pairs of small_matrix, 83 of each of its users;
`fit`      fitted together to the play times of the sample and the watch_ratios of both files;
`ladder`   chosen so that usual models reach the published ranking quality (docs/simulation.md);
`assumed`  a plain assumption, no real figure is known.
"""

from dataclasses import asdict, dataclass, field

# Settled once and not stated in SIMULATED.json: a source of this version always has them.
MOST_SEEN_SHARE = 0.9  # assumed: nobody is shown more of the videos than this
HEAVY_USERS = 0.0015  # log: a few users have far more events than the others ...
HEAVY_USERS_TIMES = (2.0, 4.5)  # log: ... 5,700 to 9,400, and one 16,015
FRESH_WEIGHT, FRESH_DAYS = (
    2.0,
    6.0,
)  # assumed: dense users meet fresh videos sooner
ABSENT_SPREAD = 7.0 / 12.6  # log: pairs absent per dense user, mean 12.6, sd 7
LEVEL_BY_FEAT9 = 0.02  # sample: the user effect on log play time leans on feat9 (R2 .026) ...
LEVEL_FEAT11_IS_2 = -0.09  # sample: ... and on feat11 (R2 .022)


@dataclass(frozen=True)
class RealCounts:
    """Sizes of KuaiRec 2.0 (facts)."""

    users: int = 7_176
    videos: int = 10_728
    dense_users: int = 1_411
    dense_videos: int = 3_327
    log_rows: int = 12_530_806
    log_pairs: int = 10_300_969
    log_exact_copies: int = 965_819
    log_label_copies: int = 2_185  # 968,004 copies if the date label is ignored
    dense_pairs_absent: int = 17_827
    dense_rows_without_time: int = 181_992
    authors: int = 8_369
    friend_lists: int = 472


@dataclass(frozen=True)
class PlayTime:
    """How long a view lasts: a mixture in log play time, the same for every video length."""

    median_ms: float = 7_830.0  # sample: median play of a user is 7.7 s
    level_sd: float = 0.172  # sample: users' level sd about .15 to .2
    level_skew: float = 0.2  # sample: user effects skew left
    spread_median: float = 0.24  # sample: robust sd of a user's log play, median .37 in all
    spread_sd: float = 0.716  # sample: sd of its log .6 to .75
    spread_range: tuple[float, float] = (0.06, 1.6)  # sample: q5 .10, q95 1.2
    skip_share: float = 0.118  # sample: 7.5 % of plays under 3 s
    skip_sd: float = 0.857  # on the logit; split-half correlation .78
    skip_ms: float = 3_166.0  # fit
    skip_spread: float = 0.801  # fit
    loose_share: float = 0.0508  # fit; sample: a second, wider component
    loose_sd: float = 0.918  # fit
    loose_shift: float = 0.106  # fit
    loose_spread: float = 0.704  # fit
    loop_share: float = 0.002  # sample: 0.5 % over 42 s, 0.1 % over 107 s
    loop_shift: float = 1.493  # fit
    loop_spread: float = 0.951  # fit
    zero_share: float = 0.0071  # sample: exact zeros .71 %
    zero_users: float = 0.2  # sample: 80 % of users have none
    longest_ms: float = 1_800_000.0  # facts: watch_ratio up to 573
    video_sd: float = 0.028  # facts: about .03 with what moves in time; ladder
    log_skip_factor: float = 3.06  # fit; log: more short views than in small_matrix
    log_loose_factor: float = 0.755  # fit
    log_loop_factor: float = 1.19  # fit; log: more long ones
    log_spread_factor: float = 1.334  # fit; log: and a wider middle
    log_median_factor: float = 1.13  # fit
    log_skip_ms: float = 2_350.0  # fit; log: the highest mode of big_matrix is at 0.1


@dataclass(frozen=True)
class Taste:
    """Personal appeal: sum over a few latent dimensions of user times video."""

    sd: float = 0.058  # facts: personal effect of .05 to .07 on log play time
    dimension_shares: tuple[float, ...] = (0.5, 0.3, 0.2)  # ladder: few strong dimensions
    tag_share: float = 0.25  # assumed: readable from tags
    author_share: float = 0.15  # assumed: readable from the author
    tail_freedom: float = 5.0  # ladder: a few videos speak to a taste strongly
    user_strength_sd: float = 0.4  # ladder: users differ in how much taste they show
    demographic_share: float = 0.15  # assumed: readable from user features
    friend_share: float = 0.5  # assumed: what friends have in common
    drift: float = 0.35  # assumed: how far a taste moves over 63 days, relative to itself
    hour_effect: float = 0.04  # assumed: longer views late in the evening
    hour_peak: float = 22.0  # assumed
    novelty_effect: float = 0.04  # assumed: a fresh video is watched longer
    novelty_days: float = 4.0  # assumed
    boredom: float = 0.08  # assumed: per log of times seen before
    day_sd: float = 0.012  # assumed: a video's appeal wanders from day to day
    day_memory: float = 0.9  # assumed


@dataclass(frozen=True)
class Exposure:
    """What is shown to whom, and when, in big_matrix."""

    guess_strength: float = 0.55  # ladder: log weight per sd of taste of the policy's guess
    views_before: float = 600.0  # assumed: the policy knew its users when the log began
    signal_noise: float = 0.6  # assumed: sd of a view's signal, as wide as a log play time
    popularity_sd: float = 1.2  # log: rows of the most shown videos
    dense_popularity: float = 0.8  # facts: dense videos are all seen in the first 80 %
    first_day_boost: float = 1.1  # log: 10 % of long plays on the upload day
    fresh_discount: float = 0.3  # facts: 12.5 % of late rows on videos never seen before
    fresh_days: float = 6.0  # assumed
    # log: rows before 08-11, 08-27 to 08-29, and from 08-30 on; relative per day
    volume: tuple[float, float, float] = (1.0, 1.06, 0.86)
    life_days: float = 26.0  # log: half of the videos get no views in a late week
    life_sd: float = 1.0  # assumed
    events_mean: float = 2_086.0  # log: quartiles of events per user without dense users
    events_sd: float = 735.0  # log: the same
    dense_events: float = 330.0  # overlap: dense users have 300 to 400 events in the log
    dense_events_sd: float = 0.27  # overlap: median 301, p90 413 in the first 85 %
    events_least: int = 100  # facts
    day_sd: float = 0.7  # log: events per user and day, quartiles 19, 42, 83
    window_sd: float = 0.1  # assumed: a user is busier in one window than in another
    # log: events per user, median 1,276 in the first 70 %, 226 in the last 15 %, whose mean is
    # 272: some lose interest, and watch less in the third window, by the power of a uniform draw
    fading_share: float = 0.18
    fading_power: float = 1.5
    dense_day_sd: float = 0.5  # log: the same of dense users, 28, 47, 70
    dense_active_share: float = 0.976  # log: 61.4 of 63 days
    active_share: float = 0.955  # log: 26.2 of 28 days
    # log: 7,094 of 7,176 users have rows in the third window, 6,941 in the last 20 %, 6,911 in
    # the last 15 %: the shares that leave before it, in its first three days, and after
    leaver_shares: tuple[float, float, float] = (0.0114, 0.0213, 0.017)
    rewatch_user_sd: float = 0.75  # facts: one user has 16,015 events, but p99 of rows is 2,921
    rewatch_tail: float = 1.1  # facts: one pair has 2,224 events
    rewatch_video_sd: float = 1.3  # facts: the most shown video has 27,615 rows of 7,176 users
    rewatch_soon: float = 0.72  # facts: 13.7 % of late rows repeat a pair, 10.9 % of all
    second_duration_share: float = 0.43  # facts: videos with a second length ...
    second_duration_rows: tuple[float, float] = (0.05, 0.26)  # ... in so many of their rows
    second_duration_shift: tuple[int, int] = (-45, 83)  # ... off by so many ms
    label_shift_share: float = 0.00098  # facts: date label off in .124 % with the label copies
    stray_share: float = 0.00008  # facts: stray times outside the windows
    sessions: int = 6  # assumed: at most so many a day
    session_seconds: float = 700.0  # assumed: mean distance of a view from the session's start
    rewatch_seconds: float = 900.0  # assumed: mean time until a view is repeated soon
    hour_weights: tuple[float, ...] = (  # assumed: no source prints the hours
        2.2,
        1.3,
        0.8,
        0.6,
        0.6,
        0.9,
        1.8,
        3.0,
        3.8,
        4.0,
        4.2,
        4.8,
        6.0,
        5.8,
        4.8,
        4.4,
        4.5,
        4.9,
        5.6,
        6.6,
        7.4,
        7.8,
        7.0,
        4.4,
    )


@dataclass(frozen=True)
class Videos:
    """Lengths, uploads, tags and daily rows of videos."""

    uploaded_before: int = 1_980  # files: daily rows, 3,000 a day at first, 6,800 later
    length_ranks: tuple[float, ...] = (  # facts: quantiles, mean and sd of video_duration
        0,
        0.01,
        0.05,
        0.25,
        0.5,
        0.75,
        0.85,
        0.9,
        0.925,
        0.957,
        0.972,
        0.987,
        0.9945,
        1,
    )
    length_ms: tuple[float, ...] = (
        3_067,
        4_500,
        5_750,
        7_480,
        9_620,
        12_100,
        15_000,
        20_500,
        28_500,
        57_000,
        60_000,
        78_000,
        135_000,
        315_072,
    )
    length_by_tag: float = 0.4  # sample: first tag explains 16 % of the item effects
    shortest_ms: int = 140  # facts: the least video_duration of big_matrix
    no_duration_share: float = 0.0309  # facts: 10,598 empty cells
    no_tag_name_share: float = 0.0945  # facts: 32,434 empty cells
    advert_share: float = 0.012  # daily: not published, a guess under 2 %


@dataclass(frozen=True)
class DailyCounters:
    """What the whole app does with a video on a day; rates are per play."""

    rows: int = 343_341  # facts
    median_ms: float = 7_400.0  # assumed: close to the log's
    width: float = 0.95  # daily: 18 s a play in the published example
    low_share: float = 0.5  # daily: plays per video are bimodal, e^8.5 and e^13.5 in all
    low_mode: tuple[float, float] = (3.7, 2.0)  # daily: quartiles 14, 628, 20,671 plays a day
    high_mode: tuple[float, float] = (10.4, 2.0)  # daily: and a mean of 94,188
    fading: float = 0.035  # assumed: per day of age
    day_noise: float = 0.6  # assumed
    most_plays: float = 4.1e7  # daily: the most is 41.2 million
    shows_without_play: float = 0.03  # daily: 7,716 shows and 7,701 plays in the example
    users_per_play: float = 0.65  # daily: 5,034 users of 7,701 plays in the example
    users_per_reaction: float = 0.9  # assumed
    rate_per_appeal: float = 4.0  # assumed: log rate of reactions per log play time
    comment_stay_ms: float = 54.0  # daily: 467,865 ms over 7,701 plays in the example
    # mean per play, spread of its log over videos; daily: like .0295, comment .0014, share .0009
    # per play over the file, the others after the published example of one day
    rates: dict[str, tuple[float, float]] = field(default_factory=lambda: {
        "click_like": (0.018, 0.9), "double_click": (0.006, 0.9), "cancel_like": (0.0008, 0.6),
        "direct_comment": (0.0009, 1.0), "reply_comment": (0.0004, 1.2),
        "delete_comment": (0.00005, 1.0), "comment_like": (0.0006, 1.2), "follow": (0.004, 1.1),
        "cancel_follow": (0.0003, 0.8), "share": (0.0006, 1.1), "download": (0.0006, 1.0),
        "report": (0.00003, 0.8), "reduce_similar": (0.0002, 0.8), "collect": (0.001, 0.9),
        "cancel_collect": (0.0001, 0.7),
    })  # fmt: skip
    upload_types: dict[str, float] = field(default_factory=lambda: {  # assumed; names seen: 3
        "ShortImport": 0.55, "LongImport": 0.17, "ShortCamera": 0.14, "PictureSet": 0.05,
        "Web": 0.04, "LongCamera": 0.02, "Kmovie": 0.02, "LongPicture": 0.01,
    })  # fmt: skip
    sizes: dict[str, float] = field(default_factory=lambda: {  # assumed; sizes seen: 4
        "720x1280": 0.56, "576x1024": 0.16, "540x960": 0.1, "528x960": 0.03, "720x1556": 0.07,
        "1280x720": 0.05, "960x540": 0.03,
    })  # fmt: skip


@dataclass(frozen=True)
class Parameters:
    """All of them."""

    counts: RealCounts = field(default_factory=RealCounts)
    play: PlayTime = field(default_factory=PlayTime)
    taste: Taste = field(default_factory=Taste)
    exposure: Exposure = field(default_factory=Exposure)
    videos: Videos = field(default_factory=Videos)
    daily: DailyCounters = field(default_factory=DailyCounters)

    def as_dict(self) -> dict:
        """Nested plain values, for SIMULATED.json."""
        return asdict(self)


PARAMETERS = Parameters()
