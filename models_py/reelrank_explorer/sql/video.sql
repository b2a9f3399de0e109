-- one row about a video
select
    video_id,
    caption,
    tags,
    author_id,
    duration_s
from main.videos
where video_id = main.as_video_id($video_id)
