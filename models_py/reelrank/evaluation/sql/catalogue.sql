-- one row per video that could be recommended at the boundary: watched in train, or
-- uploaded before the boundary
create or replace temp table judge_catalogue as
with viewers as (
    select
        video_id,
        count(*) as viewer_count
    from training.als_confidences
    group by video_id
),

known as (
    select
        profiles.video_id,
        profiles.video_duration_ms,
        coalesce(stats.view_count, 0) as view_count,
        coalesce(viewers.viewer_count, 0) as viewer_count,
        stats.liked_share,
        stats.long_view_share,
        coalesce(stats.median_watch_ratio, train.median_watch_ratio)
            as median_watch_ratio
    from features.video_profiles as profiles
    cross join training.split_boundary as boundary
    cross join judge_train_stats as train
    left join judge_video_stats as stats on profiles.video_id = stats.video_id
    left join viewers on profiles.video_id = viewers.video_id
    where
        stats.video_id is not null
        or profiles.uploaded_on < boundary.boundary_on
)

select
    *,
    percent_rank() over (order by view_count) as popularity_percentile,
    hash(video_id, $seed) as tie_break
from known
