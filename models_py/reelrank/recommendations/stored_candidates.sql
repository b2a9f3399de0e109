-- one row per candidate that a run stored for one user
create or replace temp table run_candidates as
select
    user_id,
    video_id,
    rank,
    'stored' as model
from ml.candidates
where run_id = $run_id and user_id = $user_id
