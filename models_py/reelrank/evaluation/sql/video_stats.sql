-- one row per video of train: how often it was watched and how it was received there
-- shares are shrunk: each video gets $shrinkage further views of average reception
create or replace temp table judge_video_stats as
with train as (
    select
        user_id,
        video_id,
        watch_ratio,
        watch_ratio > 1 as is_liked,
        is_long_view
    from training.interactions
    where split = 'train'
),

everything as (
    select
        count(*) filter (is_liked) / count(*) as liked_share,
        count(*) filter (is_long_view) / count(*) as long_view_share
    from train
),

by_video as (
    select
        video_id,
        count(*) as view_count,
        count(*) filter (is_liked) as liked_count,
        count(*) filter (is_long_view) as long_view_count,
        median(watch_ratio) as median_watch_ratio
    from train
    group by video_id
)

select
    by_video.video_id,
    by_video.view_count,
    by_video.median_watch_ratio,
    (by_video.liked_count + $shrinkage * everything.liked_share)
    / (by_video.view_count + $shrinkage) as liked_share,
    (by_video.long_view_count + $shrinkage * everything.long_view_share)
    / (by_video.view_count + $shrinkage) as long_view_share
from by_video
cross join everything
