-- median watch_ratio of the video in train; unknown videos get the median of all views
create or replace temp view judge_scores as
select
    rows.*,
    coalesce(stats.median_watch_ratio, train.median_watch_ratio) as score
from judge_rows as rows
cross join judge_train_stats as train
left join judge_video_stats as stats on rows.video_id = stats.video_id
