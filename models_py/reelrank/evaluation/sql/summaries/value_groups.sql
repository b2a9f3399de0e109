-- one row per average to take, in the order of summaries/values: how many users it has
select
    protocol,
    relevance,
    model,
    metric,
    k,
    count(*) as user_count
from judge_values
group by protocol, relevance, model, metric, k
order by protocol, relevance, model, metric, k
