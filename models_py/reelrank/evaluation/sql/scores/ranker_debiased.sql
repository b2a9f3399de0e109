-- predicted watch_ratio against what a long view takes at this video length
create or replace temp view judge_scores as
select
    rows.*,
    rows.predicted_watch_ratio / thresholds.watch_ratio_threshold as score
from judge_rows as rows
inner join judge_thresholds as thresholds
    on rows.video_duration_ms = thresholds.video_duration_ms
