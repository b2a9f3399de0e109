-- one row per video that can be recommended at the boundary, in order of its id
select cutoff_videos.video_id
from training.cutoff_videos
inner join training.cutoffs on cutoff_videos.cutoff = cutoffs.cutoff
where cutoffs.is_boundary
order by cutoff_videos.video_id
