-- one row per relevance and way: agreement with the dense answers
select * exclude (run_id)
from ml.offline_verdicts
where run_id = $run_id
order by relevance asc, kendall desc
