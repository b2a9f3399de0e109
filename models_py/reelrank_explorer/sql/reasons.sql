-- one row per video of a user's list, as people see it: what it is and what raised it
select
    video_id,
    caption,
    tags as tag_names,
    duration_s,
    reason
from main.recommend($user_id, k := 100)
where video_id is not null
