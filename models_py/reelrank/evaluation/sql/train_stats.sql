-- one row: what train says of all videos together
create or replace temp table judge_train_stats as
select
    median(watch_ratio) as median_watch_ratio,
    count(distinct user_id) as user_count
from training.interactions
where split = 'train'
