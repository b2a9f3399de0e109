-- one row per arm and day of an experiment
select
    arm,
    day,
    z,
    least(bound, 8) as bound,
    is_stopped
from ml.experiments_days
where run_id = $run_id and name = $name
order by arm, day
