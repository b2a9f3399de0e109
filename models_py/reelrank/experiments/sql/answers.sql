-- one row per dense pair in the order of the judged rows: what would come of showing it
select
    events.user_id,
    events.video_id,
    cast(events.is_long_view as double) as long_views,
    least(events.watch_ratio * events.video_duration_ms, 600000) / 1000 as watch_seconds,
    cast(events.watch_ratio * events.video_duration_ms < 3000 as double) as skips
from judge_rows as events
where events.is_dense
order by events.rowid
