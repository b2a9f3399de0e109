-- one row per (model, k, user) of a run's protocol and relevance, in that order
select
    model,
    k,
    user_id,
    relevant_count,
    precision,
    recall,
    ndcg,
    map,
    mrr,
    hit_rate
from ml.user_metrics
where run_id = $run_id and protocol = $protocol and relevance = $relevance
order by model, k, user_id
