-- one row per candidate that a run stored for one user
create or replace temp table list_candidates as
select
    * exclude (run_id),
    'stored' as model
from ml.candidates
where run_id = $run_id and user_id = $user_id
