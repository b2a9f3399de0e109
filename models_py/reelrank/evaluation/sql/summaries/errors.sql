-- one row per (protocol, model, user) of a run, in that order
select
    protocol,
    model,
    user_id,
    row_count,
    mae,
    rmse
from judge_user_errors
where run_id = $run_id
order by protocol, model, user_id
