-- figures of how much is watched, by whom, when; the names of the columns are the figures
with by_user as (
    select
        user_id,
        count(*) as n
    from big
    group by user_id
)

select
    avg(n) as "log rows per user, mean",
    stddev(n) as "log rows per user, sd",
    min(n) as "log rows per user, least",
    max(n) as "log rows per user, most",
    quantiles(n) as "log rows per user, p"
from by_user;

with by_video as (
    select
        video_id,
        count(*) as n,
        row_number() over (order by count(*) desc) as place
    from big
    group by video_id
)

select
    max(n) as "log rows of the most shown video",
    min(n) as "log rows of the 10th most shown video"
from by_video
where place <= 10;

with dense_users as (select distinct user_id from small),

boundary as (select quantile_cont(seen_at, 0.85) as until from big),

by_dense_user as (
    select
        user_id,
        count(*) as n
    from big
    where
        user_id in (select dense_users.user_id from dense_users)
        and seen_at <= (select boundary.until from boundary)
    group by user_id
)

select quantiles(n) as "dense users, rows in the first 85 % of the log, p"
from by_dense_user;

with boundary as (select quantile_cont(seen_at, 0.8) as until from log)

select
    count(distinct user_id) as "late rows, users",
    share_of(video_since > (select boundary.until from boundary))
        as "late rows, share of never seen videos",
    share_of(view > 1) as "late rows, share that repeats a pair"
from log
where part > 0.8;

-- copies included, as the real figures count them
with ends as (
    select
        quantile_cont(seen_at, 0.7) as early,
        quantile_cont(seen_at, 0.85) as middle
    from big
),

by_user as (
    select
        big.user_id,
        count(*) filter (where big.seen_at <= ends.early) as early,
        count(*) filter (where big.seen_at > ends.early and big.seen_at <= ends.middle)
            as middle,
        count(*) filter (where big.seen_at > ends.middle) as late
    from big
    cross join ends
    group by big.user_id
)

select
    count(*) filter (where middle > 0)
        as "rows after 70 % and up to 85 % of the log, users",
    count(*) filter (where late > 0) as "last 15 % of the log, users",
    quantiles(nullif(early, 0)) as "first 70 % of the log, rows per user, p",
    quantiles(nullif(late, 0)) as "last 15 % of the log, rows per user, p"
from by_user;

with by_video as (
    select
        video_id,
        bool_or(part <= 0.7) as in_first,
        bool_or(part > 0.7 and part <= 0.85) as in_second,
        bool_or(part > 0.85) as in_third
    from log
    group by video_id
)

select
    share_of(in_first) as "share of videos seen in the first 70 %",
    share_of(in_second) as "share of videos seen in the next 15 %",
    share_of(in_third) as "share of videos seen in the last 15 %"
from by_video;

with dense_videos as (
    select
        video_id,
        count(distinct video_duration) as durations
    from small
    group by video_id
),

early_videos as (
    select distinct video_id from log
    where part <= 0.8
)

select
    share_of(early_videos.video_id is not null)
        as "dense videos seen in the first 80 %",
    share_of(dense_videos.durations > 1)
        as "share of videos with a second duration"
from dense_videos
left join early_videos using (video_id);

with uploads as (
    select
        video_id,
        min(epoch(upload_dt::timestamp)) - 28800 as day_start
    from daily
    group by video_id
)

select
    avg(
        (
            big.seen_at >= uploads.day_start
            and big.seen_at < uploads.day_start + 86400
        )::integer
    ) as "share of watch_ratio > 2 on the upload day"
from big
inner join uploads using (video_id)
where big.watch_ratio > 2;
