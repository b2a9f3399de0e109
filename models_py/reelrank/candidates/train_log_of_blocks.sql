-- one row per (user_id, video_id, block) watched in train before the last of $starts, in
-- that order; block is the number of starts up to the event. Sums are whole, as in
-- training.als_confidences
select
    user_id,
    video_id,
    cast(len(list_filter($starts, start -> start <= event_unix_ms)) as integer) as block,
    count(*) as watch_count,
    cast(
        sum(cast(greatest(watch_ratio, 0.001) as decimal(18, 6))) * 1000000 as bigint
    ) as watch_ratio_sum_e6,
    cast(sum(clipped_watch_ratio_e4) as bigint) as clipped_watch_ratio_sum_e4,
    count(*) filter (where is_long_view) as long_view_count
from training.interactions
where split = 'train' and event_unix_ms < list_max($starts)
group by all
order by user_id, video_id, block
