-- figures of big_matrix only; the names of the columns are the figures
select
    count(distinct user_id * 100_000::bigint + video_id) as "log pairs",
    min(seen_at) as "log first second",
    max(seen_at) as "log last second",
    share_of(label_shift_days <> 0) as "log share with date label off",
    share_of(fraction_digits < 3) as "log share of times with 1 or 2 digits",
    share_of(label >= 20200830) as "log share of rows from 08-30"
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
    share_of(view > 1) as "log share that repeats a pair"
from log;

select
    quantile_cont(watch_ratio, 0.8) filter (video_duration between 4000 and 5299)
        as "log 80th percentile of watch_ratio, 4.0 s",
    quantile_cont(watch_ratio, 0.8) filter (video_duration between 7000 and 8099)
        as "log 80th percentile of watch_ratio, 7.0 s",
    quantile_cont(watch_ratio, 0.8) filter (video_duration between 9300 and 10699)
        as "log 80th percentile of watch_ratio, 9.3 s",
    quantile_cont(watch_ratio, 0.8) filter (video_duration between 12300 and 14099)
        as "log 80th percentile of watch_ratio, 12.3 s",
    quantile_cont(watch_ratio, 0.8) filter (video_duration between 18600 and 24699)
        as "log 80th percentile of watch_ratio, 18.6 s",
    quantile_cont(watch_ratio, 0.8) filter (video_duration between 57000 and 74999)
        as "log 80th percentile of watch_ratio, 57 s"
from log
where part <= 0.8;
