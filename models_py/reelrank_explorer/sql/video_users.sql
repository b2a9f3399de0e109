-- users whose published list has a video, highest first
select
    user_id,
    rank,
    candidate_source as found_by,
    candidate_rank,
    predicted_long_view
from ml.recommendations
where run_id = $run_id and video_id = main.as_video_id($video_id)
order by rank, user_id
limit 200
