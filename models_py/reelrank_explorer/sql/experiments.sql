-- experiments of a run, the latest first
select
    name,
    made_at,
    days,
    per_day
from ml.experiments
where run_id = $run_id
order by made_at desc
