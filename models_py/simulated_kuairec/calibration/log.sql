-- figures of big_matrix, one row per statement: the names of its columns are the figures
select
    count(*) as "log rows",
    count(distinct user_id) as "log users",
    count(distinct video_id) as "log videos",
    count(distinct user_id * 100_000::bigint + video_id) as "log pairs",
    count(distinct label) as "log dates",
    min(seen_at) as "log first second",
    max(seen_at) as "log last second",
    avg((label_shift_days <> 0)::integer) as "log share with date label off",
    avg((fraction_digits < 3)::integer) as "log share of times with 1 or 2 digits",
    avg((label >= 20200830)::integer) as "log share of rows from 08-30"
from big;

with once as (
    select distinct
        user_id,
        video_id,
        play_duration,
        video_duration,
        seen_at,
        label,
        watch_ratio
    from big
)

select (select count(*) from big) - count(*) as "log exact copies"
from once;

select
    (select count(*) from big) - count(*) as "log copies but for the date",
    max(view) as "log most views of a pair",
    avg((view > 1)::integer) as "log share that repeats a pair"
from log;

select
    avg((watch_ratio < 0.25)::integer) as "log share watch_ratio < 0.25",
    avg(
        (watch_ratio >= 0.25 and watch_ratio < 0.5)::integer
    ) as "log share watch_ratio 0.25 to 0.5",
    avg(
        (watch_ratio >= 0.5 and watch_ratio < 1)::integer
    ) as "log share watch_ratio 0.5 to 1",
    avg((watch_ratio > 1)::integer) as "log share watch_ratio > 1",
    avg((watch_ratio > 2)::integer) as "log share watch_ratio > 2",
    avg((watch_ratio > 5)::integer) as "log share watch_ratio > 5",
    quantile_cont(watch_ratio, 0.5) as "log watch_ratio median",
    quantile_cont(watch_ratio, 0.99) as "log watch_ratio p99"
from big;

select
    avg(watch_ratio) as "log watch_ratio mean up to 5",
    stddev(watch_ratio) as "log watch_ratio sd up to 5",
    quantile_cont(watch_ratio, 0.25) as "log watch_ratio p25 up to 5",
    quantile_cont(watch_ratio, 0.5) as "log watch_ratio p50 up to 5",
    quantile_cont(watch_ratio, 0.75) as "log watch_ratio p75 up to 5"
from big
where watch_ratio <= 5;

select
    avg(video_duration) as "log video_duration mean",
    stddev(video_duration) as "log video_duration sd",
    quantile_cont(video_duration, 0) as "log video_duration p0",
    quantile_cont(video_duration, 0.25) as "log video_duration p25",
    quantile_cont(video_duration, 0.5) as "log video_duration p50",
    quantile_cont(video_duration, 0.75) as "log video_duration p75",
    quantile_cont(video_duration, 1) as "log video_duration p100"
from big;

select
    quantile_cont(watch_ratio, 0.8) filter (
        video_duration between 4000 and 5299
    ) as "log 80th percentile of watch_ratio, 4.0 s",
    quantile_cont(watch_ratio, 0.8) filter (
        video_duration between 7000 and 8099
    ) as "log 80th percentile of watch_ratio, 7.0 s",
    quantile_cont(watch_ratio, 0.8) filter (
        video_duration between 9300 and 10699
    ) as "log 80th percentile of watch_ratio, 9.3 s",
    quantile_cont(watch_ratio, 0.8) filter (
        video_duration between 12300 and 14099
    ) as "log 80th percentile of watch_ratio, 12.3 s",
    quantile_cont(watch_ratio, 0.8) filter (
        video_duration between 18600 and 24699
    ) as "log 80th percentile of watch_ratio, 18.6 s",
    quantile_cont(watch_ratio, 0.8) filter (
        video_duration between 57000 and 74999
    ) as "log 80th percentile of watch_ratio, 57 s"
from log
where part <= 0.8;
