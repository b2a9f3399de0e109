-- one row per arm and metric of an experiment
select
    arm,
    policy,
    metric,
    user_count,
    mean,
    mean_of_all
from ml.experiments_arms
where run_id = $run_id and name = $name
order by metric, arm
