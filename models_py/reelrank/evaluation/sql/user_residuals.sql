-- one row per user of train: the logarithm of how much longer than the video's median the
-- user watches, as a median, shrunk toward 0 as if 20 more views had been usual
create or replace temp table judge_user_residuals as
with train as (
    select
        log.user_id,
        ln(greatest(log.watch_ratio, 0.001) / greatest(videos.median_watch_ratio, 0.001))
            as residual
    from training.interactions as log
    inner join judge_videos as videos on log.video_id = videos.video_id
    where log.split = 'train'
)

select
    user_id,
    median(residual) * count(*) / (count(*) + 20) as residual
from train
group by user_id
