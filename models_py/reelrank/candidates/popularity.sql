-- one row per video of the catalogue at the boundary, in order of its id
select
    cutoff_videos.video_id,
    cast(cutoff_videos.view_count as float) as most_viewed,
    cast(coalesce(cutoff_videos.long_view_share, 0) as float) as best_received
from training.cutoff_videos
inner join training.cutoffs on cutoff_videos.cutoff = cutoffs.cutoff
where cutoffs.is_boundary
order by cutoff_videos.video_id
