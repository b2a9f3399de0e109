-- one row per judged row of one kind; local time is Asia/Shanghai, 8 hours ahead of Unix
-- time
select
    rows.row_id,
    rows.user_id,
    rows.video_id,
    thresholds.watch_ratio_threshold,
    epoch(rows.event_at) - 8 * 3600 as event_unix
from judge_rows as rows
inner join judge_thresholds as thresholds
    on rows.video_duration_ms = thresholds.video_duration_ms
where
    (rows.protocol = 'dense') = $is_dense
    and (rows.event_at is not null) = $is_timed
