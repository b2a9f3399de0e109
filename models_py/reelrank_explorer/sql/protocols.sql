-- protocols of a run with values per user
select distinct protocol
from ml.user_metrics
where run_id = $run_id
order by protocol
