-- one row per check of an experiment
select
    check_name,
    metric,
    arm,
    value,
    p_value,
    is_passed
from ml.experiments_checks
where run_id = $run_id and name = $name
order by check_name, metric, arm
