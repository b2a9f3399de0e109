-- one row per video that was watched, judged or known: what the rules say of it as of the
-- boundary; in the catalogue is what was watched in train or uploaded before the boundary
create or replace temp table judge_videos as
with train as (
    select
        user_id,
        video_id,
        watch_ratio,
        watch_ratio > 1 as is_above_one,
        is_long_view
    from training.interactions
    where split = 'train'
),

everything as (
    select
        count(*) filter (is_above_one) / count(*) as above_one_share,
        count(*) filter (is_long_view) / count(*) as long_view_share,
        median(watch_ratio) as median_watch_ratio
    from train
),

by_video as (
    select
        video_id,
        count(*) as view_count,
        count(distinct user_id) as viewer_count,
        count(*) filter (is_above_one) as above_one_count,
        count(*) filter (is_long_view) as long_view_count,
        median(watch_ratio) as median_watch_ratio
    from train
    group by video_id
),

every_video as (
    select video_id from features.video_profiles
    union
    select video_id from by_video
    union
    select video_id from run_predictions
    union
    select video_id from training.interactions
),

described as (
    select
        every_video.video_id,
        profiles.video_duration_ms,
        by_video.view_count,
        by_video.viewer_count,
        (by_video.above_one_count + 100 * everything.above_one_share)
        / (by_video.view_count + 100) as above_one_share,
        (by_video.long_view_count + 100 * everything.long_view_share)
        / (by_video.view_count + 100) as long_view_share,
        coalesce(by_video.median_watch_ratio, everything.median_watch_ratio)
            as median_watch_ratio,
        by_video.video_id is not null
        or coalesce(profiles.uploaded_on < boundary.boundary_on, false)
            as is_in_catalogue
    from every_video
    cross join everything
    cross join training.split_boundary as boundary
    left join by_video on every_video.video_id = by_video.video_id
    left join features.video_profiles as profiles
        on every_video.video_id = profiles.video_id
)

select
    *,
    hash(video_id, $seed) as tie_break,
    if(
        is_in_catalogue,
        percent_rank() over (
            partition by is_in_catalogue order by coalesce(view_count, 0)
        ),
        0
    ) as popularity_percentile
from described
order by video_id
