-- one row per (protocol, relevance, model, metric, k) of the run
select
    protocol,
    relevance,
    model,
    metric,
    k,
    value,
    ci_low,
    ci_high,
    user_count
from ml.metrics
where run_id = $run_id
order by protocol asc, relevance asc, metric asc, k asc, value desc, model asc
