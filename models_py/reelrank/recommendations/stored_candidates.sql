-- one row per candidate that a run stored for one user
create or replace temp table list_candidates as
select
    * exclude (run_id)
    replace (main.user_key(user_id) as user_id, main.video_key(video_id) as video_id),
    'stored' as model
from ml.candidates
where run_id = $run_id and user_id = main.as_user_id($user_id)
