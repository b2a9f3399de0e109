-- views of the video in train; unknown videos last
create or replace temp view judge_scores as
select
    rows.*,
    stats.view_count as score
from judge_rows as rows
left join judge_video_stats as stats on rows.video_id = stats.video_id
