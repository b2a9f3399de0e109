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

select quantiles(play_duration) as "dense play p"
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

select quantiles(looped) as "dense share > 1 per video, p"
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
    quantiles(looped) as "dense share > 1 per user, p",
    quantiles(median_play) as "dense median play per user, p",
    quantiles(spread) as "dense spread of log play per user, p"
from by_user;
