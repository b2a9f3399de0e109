-- every metric of a run, with its interval
select
    protocol,
    relevance,
    metric,
    k,
    model,
    value,
    ci_low,
    ci_high,
    user_count
from ml.metrics
where run_id = $run_id
order by protocol asc, relevance asc, metric asc, k asc, value desc
