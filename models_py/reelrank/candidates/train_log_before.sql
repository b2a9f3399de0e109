-- one row per (user_id, video_id) watched in train before the day $before;
-- sums in whole millionths, so that they do not depend on the order of addition
select
    user_id,
    video_id,
    cast(count(*) as float) as watch_count,
    cast(
        sum(cast(round(greatest(watch_ratio, 0.001) * 1e6) as bigint)) / 1e6 as float
    ) as watch_ratio_sum,
    cast(
        sum(cast(round(least(greatest(watch_ratio, 0), 5) * 1e6) as bigint)) / 1e6
        as float
    ) as clipped_watch_ratio_sum,
    cast(count(*) filter (where is_long_view) as float) as long_view_count
from training.interactions
where split = 'train' and event_on < $before
group by all
