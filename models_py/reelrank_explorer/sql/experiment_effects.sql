-- one row per arm, metric and method of an experiment
select
    arm,
    metric,
    method,
    difference,
    ci_low,
    ci_high,
    p_value
from ml.experiments_effects
where run_id = $run_id and name = $name
order by metric, arm, method
