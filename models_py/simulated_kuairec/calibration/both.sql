-- figures of one matrix, the view `views`; its name comes before the names of the columns
select
    count(*) as rows,
    count(distinct user_id) as users,
    count(distinct video_id) as videos,
    count(distinct label) as dates,
    share_of(watch_ratio < 0.25) as "share watch_ratio < 0.25",
    share_of(watch_ratio >= 0.25 and watch_ratio < 0.5)
        as "share watch_ratio 0.25 to 0.5",
    share_of(watch_ratio >= 0.5 and watch_ratio < 1) as "share watch_ratio 0.5 to 1",
    share_of(watch_ratio > 1) as "share watch_ratio > 1",
    share_of(watch_ratio > 2) as "share watch_ratio > 2",
    share_of(watch_ratio > 5) as "share watch_ratio > 5",
    quantile_cont(watch_ratio, 0.5) as "watch_ratio median",
    quantiles(watch_ratio) as "watch_ratio p",
    avg(video_duration) as "video_duration mean",
    stddev(video_duration) as "video_duration sd",
    quantiles(video_duration) as "video_duration p"
from views;

select
    avg(watch_ratio) as "watch_ratio mean up to 5",
    stddev(watch_ratio) as "watch_ratio sd up to 5",
    quantile_cont(watch_ratio, 0.25) as "watch_ratio p25 up to 5",
    quantile_cont(watch_ratio, 0.5) as "watch_ratio p50 up to 5",
    quantile_cont(watch_ratio, 0.75) as "watch_ratio p75 up to 5"
from views
where watch_ratio <= 5;

with by_user_day as (
    select
        user_id,
        label,
        count(*) as n
    from views
    where label is not null
    group by user_id, label
)

select
    count(*) as "user-days",
    avg(n) as "rows per user-day, mean",
    stddev(n) as "rows per user-day, sd",
    quantiles(n) as "rows per user-day, p"
from by_user_day;
