-- one row per video of the catalogue at cut-off $cutoff, in order of its id
select
    cutoff_videos.video_id,
    cutoff_videos.recent_rate,
    cutoff_videos.is_alive,
    coalesce(cutoff_videos.days_since_first_view, 0) <= 1 as is_new,
    video_profiles.first_tag_id as tag_id,
    video_profiles.author_id,
    video_profiles.first_level_category_id as category_id,
    ln(cutoff_videos.video_duration_ms) as log_ms,
    ln(thresholds.watch_ratio_threshold * cutoff_videos.video_duration_ms)
        as long_view_log_ms
from training.cutoff_videos
inner join features.video_profiles
    on cutoff_videos.video_id = video_profiles.video_id
left join training.long_view_steps() as thresholds
    on training.duration_step(cutoff_videos.video_duration_ms) = thresholds.duration_step
where cutoff_videos.cutoff = $cutoff
order by cutoff_videos.video_id
