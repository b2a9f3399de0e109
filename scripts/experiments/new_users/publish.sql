-- a run that is the latest, and has nothing but vectors
insert into ml.runs
select
    * replace (
        'without' as run_id,
        now() at time zone 'UTC' as finished_at,
        $parameters as parameters
    )
from ml.latest_run
