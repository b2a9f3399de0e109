-- shrunken share of the video's views in train that were long views; unknown videos last
create or replace temp view judge_scores as
select
    rows.*,
    stats.long_view_share as score
from judge_rows as rows
left join judge_video_stats as stats on rows.video_id = stats.video_id
