-- one row per video length that is judged: the watch_ratio a long view has to exceed
create or replace temp table judge_thresholds as
with durations as (
    select distinct video_duration_ms from judge_rows
),

shortest as (
    select arg_min(watch_ratio_threshold, min_duration_ms) as watch_ratio_threshold
    from training.long_view_thresholds
)

select
    durations.video_duration_ms,
    coalesce(
        buckets.watch_ratio_threshold, shortest.watch_ratio_threshold
    ) as watch_ratio_threshold
from durations
cross join shortest
asof left join training.long_view_thresholds as buckets
    on durations.video_duration_ms >= buckets.min_duration_ms
