-- figures of small_matrix only; the names of the columns are the figures
select
    share_of(seen_at is null) as "dense share without time",
    share_of(watch_ratio = 0) as "dense share watch_ratio = 0"
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
    share_of(case when video_duration between 0 and 5999 then watch_ratio > 1 end)
        as "dense share > 1, videos under 6 s",
    share_of(case when video_duration between 6000 and 7999 then watch_ratio > 1 end)
        as "dense share > 1, videos 6 to 8 s",
    share_of(case when video_duration between 8000 and 9999 then watch_ratio > 1 end)
        as "dense share > 1, videos 8 to 10 s",
    share_of(case when video_duration between 10000 and 11999 then watch_ratio > 1 end)
        as "dense share > 1, videos 10 to 12 s",
    share_of(case when video_duration between 12000 and 14999 then watch_ratio > 1 end)
        as "dense share > 1, videos 12 to 15 s",
    share_of(case when video_duration between 15000 and 24999 then watch_ratio > 1 end)
        as "dense share > 1, videos 15 to 25 s",
    share_of(case when video_duration between 25000 and 49999 then watch_ratio > 1 end)
        as "dense share > 1, videos 25 to 50 s"
from small;

with by_video as (
    select
        video_id,
        share_of(watch_ratio > 1) as looped
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
        share_of(watch_ratio > 1) as looped,
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
