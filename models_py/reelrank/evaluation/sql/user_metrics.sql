-- one row per (model, k, user) of a run's protocol and relevance, in that order
select * exclude (run_id, protocol, relevance)
from ml.user_metrics
where run_id = $run_id and protocol = $protocol and relevance = $relevance
order by model, k, user_id
