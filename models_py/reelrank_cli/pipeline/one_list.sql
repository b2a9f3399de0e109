-- one row: a user with a list, 14 if possible, and the first video of that list
select
    user_id,
    video_id,
from ml.recommendations
where run_id = (select run_id from ml.latest_run) and rank = 1
order by user_id != 14, user_id
limit 1
