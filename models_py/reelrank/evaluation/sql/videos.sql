-- one row per video that was watched, judged or known: what the log knew of it as of the
-- boundary (training.cutoff_videos), null for those that could not be recommended then
create or replace temp table judge_videos as
with everything as (
    select median(watch_ratio) as median_watch_ratio
    from training.interactions
    where split = 'train'
),

viewers as (
    select
        video_id,
        count(*) as viewer_count
    from training.als_confidences
    group by video_id
),

catalogue as (
    select
        videos.*,
        percent_rank() over (order by videos.view_count) as popularity_percentile
    from training.cutoff_videos as videos
    semi join training.cutoffs as boundary
        on videos.cutoff = boundary.cutoff and boundary.is_boundary
),

every_video as (
    select
        video_id,
        video_duration_ms
    from features.video_profiles
    union by name
    select video_id from training.interactions
    union by name
    select video_id from run_predictions
),

lengths as (
    select
        video_id,
        max(video_duration_ms) as video_duration_ms
    from every_video
    group by video_id
)

select
    lengths.video_id,
    lengths.video_duration_ms,
    thresholds.watch_ratio_threshold as threshold,
    catalogue.* exclude (cutoff, video_id, video_duration_ms, median_watch_ratio),
    coalesce(catalogue.median_watch_ratio, everything.median_watch_ratio)
        as median_watch_ratio,
    coalesce(viewers.viewer_count, 0) as viewer_count,
    catalogue.video_id is not null as is_in_catalogue,
    hash(lengths.video_id, $seed) as tie_break
from lengths
cross join everything
left join training.long_view_steps() as thresholds
    on
        training.duration_step(coalesce(lengths.video_duration_ms, 1))
        = thresholds.duration_step
left join catalogue on lengths.video_id = catalogue.video_id
left join viewers on lengths.video_id = viewers.video_id
order by lengths.video_id
