-- figures of small_matrix; the names of the columns are the figures
select
    count(*) as "dense rows",
    count(distinct user_id) as "dense users",
    count(distinct video_id) as "dense videos",
    count(distinct label) as "dense dates",
    avg((seen_at is null)::integer) as "dense share without time",
    avg((watch_ratio = 0)::integer) as "dense share watch_ratio = 0",
    avg((watch_ratio < 0.25)::integer) as "dense share watch_ratio < 0.25",
    avg(
        (watch_ratio >= 0.25 and watch_ratio < 0.5)::integer
    ) as "dense share watch_ratio 0.25 to 0.5",
    avg(
        (watch_ratio >= 0.5 and watch_ratio < 1)::integer
    ) as "dense share watch_ratio 0.5 to 1",
    avg((watch_ratio > 1)::integer) as "dense share watch_ratio > 1",
    avg((watch_ratio > 2)::integer) as "dense share watch_ratio > 2",
    avg((watch_ratio > 5)::integer) as "dense share watch_ratio > 5",
    quantile_cont(watch_ratio, 0.5) as "dense watch_ratio median",
    quantile_cont(watch_ratio, 0.99) as "dense watch_ratio p99"
from small;

select count(*) as "dense pairs that are in the log"
from small
semi join big using (user_id, video_id);

with by_user as (
    select
        user_id,
        count(*) as n
    from small
    group by user_id
)

select min(n) as "dense rows per user, least"
from by_user;

with by_user_day as (
    select
        user_id,
        label,
        count(*) as n
    from small
    where seen_at is not null
    group by user_id, label
)

select
    avg(n) as "dense rows per user-day, mean",
    quantile_cont(n, 0.25) as "dense rows per user-day, p25",
    quantile_cont(n, 0.5) as "dense rows per user-day, p50",
    quantile_cont(n, 0.75) as "dense rows per user-day, p75"
from by_user_day;

select
    avg(watch_ratio) as "dense watch_ratio mean up to 5",
    stddev(watch_ratio) as "dense watch_ratio sd up to 5",
    quantile_cont(watch_ratio, 0.25) as "dense watch_ratio p25 up to 5",
    quantile_cont(watch_ratio, 0.5) as "dense watch_ratio p50 up to 5",
    quantile_cont(watch_ratio, 0.75) as "dense watch_ratio p75 up to 5"
from small
where watch_ratio <= 5;

select
    avg(video_duration) as "dense video_duration mean",
    stddev(video_duration) as "dense video_duration sd",
    quantile_cont(video_duration, 0) as "dense video_duration p0",
    quantile_cont(video_duration, 0.25) as "dense video_duration p25",
    quantile_cont(video_duration, 0.5) as "dense video_duration p50",
    quantile_cont(video_duration, 0.75) as "dense video_duration p75",
    quantile_cont(video_duration, 1) as "dense video_duration p100"
from small;

select
    quantile_cont(play_duration, 0.05) as "dense play p5",
    quantile_cont(play_duration, 0.1) as "dense play p10",
    quantile_cont(play_duration, 0.25) as "dense play p25",
    quantile_cont(play_duration, 0.5) as "dense play p50",
    quantile_cont(play_duration, 0.75) as "dense play p75",
    quantile_cont(play_duration, 0.9) as "dense play p90",
    quantile_cont(play_duration, 0.95) as "dense play p95",
    quantile_cont(play_duration, 0.99) as "dense play p99",
    quantile_cont(play_duration, 0.995) as "dense play p99.5",
    quantile_cont(play_duration, 0.999) as "dense play p99.9"
from small;

select
    avg((watch_ratio > 1)::integer) filter (
        video_duration between 0 and 5999
    ) as "dense share > 1, videos under 6 s",
    avg((watch_ratio > 1)::integer) filter (
        video_duration between 6000 and 7999
    ) as "dense share > 1, videos 6 to 8 s",
    avg((watch_ratio > 1)::integer) filter (
        video_duration between 8000 and 9999
    ) as "dense share > 1, videos 8 to 10 s",
    avg((watch_ratio > 1)::integer) filter (
        video_duration between 10000 and 11999
    ) as "dense share > 1, videos 10 to 12 s",
    avg((watch_ratio > 1)::integer) filter (
        video_duration between 12000 and 14999
    ) as "dense share > 1, videos 12 to 15 s",
    avg((watch_ratio > 1)::integer) filter (
        video_duration between 15000 and 24999
    ) as "dense share > 1, videos 15 to 25 s",
    avg((watch_ratio > 1)::integer) filter (
        video_duration between 25000 and 49999
    ) as "dense share > 1, videos 25 to 50 s"
from small;

with by_video as (
    select
        video_id,
        avg((watch_ratio > 1)::integer) as looped
    from small
    group by video_id
)

select
    quantile_cont(looped, 0.05) as "dense share > 1 per video, p5",
    quantile_cont(looped, 0.25) as "dense share > 1 per video, p25",
    quantile_cont(looped, 0.5) as "dense share > 1 per video, p50",
    quantile_cont(looped, 0.75) as "dense share > 1 per video, p75",
    quantile_cont(looped, 0.95) as "dense share > 1 per video, p95"
from by_video;

-- as many views per user as the real figures were measured on
with sampled as (
    select
        user_id,
        watch_ratio,
        play_duration
    from small
    qualify
        row_number() over (
            partition by user_id order by hash(user_id * 100_003 + video_id)
        ) <= 83
),

by_user as (
    select
        user_id,
        avg((watch_ratio > 1)::integer) as looped,
        median(play_duration) as median_play,
        1.4826 * mad(ln(greatest(play_duration, 30))) as spread
    from sampled
    group by user_id
)

select
    quantile_cont(looped, 0.05) as "dense share > 1 per user, p5",
    quantile_cont(looped, 0.25) as "dense share > 1 per user, p25",
    quantile_cont(looped, 0.5) as "dense share > 1 per user, p50",
    quantile_cont(looped, 0.75) as "dense share > 1 per user, p75",
    quantile_cont(looped, 0.95) as "dense share > 1 per user, p95",
    quantile_cont(median_play, 0.05) as "dense median play per user, p5",
    quantile_cont(median_play, 0.25) as "dense median play per user, p25",
    quantile_cont(median_play, 0.5) as "dense median play per user, p50",
    quantile_cont(median_play, 0.75) as "dense median play per user, p75",
    quantile_cont(median_play, 0.95) as "dense median play per user, p95",
    quantile_cont(spread, 0.25) as "dense spread of log play per user, p25",
    quantile_cont(spread, 0.5) as "dense spread of log play per user, p50",
    quantile_cont(spread, 0.75) as "dense spread of log play per user, p75"
from by_user;
