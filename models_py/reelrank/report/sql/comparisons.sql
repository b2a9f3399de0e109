-- one row per (protocol, relevance, model, baseline): paired difference of nDCG@10
select
    protocol,
    relevance,
    model,
    baseline,
    difference,
    ci_low,
    ci_high,
    share_helped,
    share_hurt,
    user_count
from ml.comparisons
where run_id = $run_id and metric = 'ndcg' and k = 10
order by protocol asc, relevance asc, model asc, difference desc, baseline asc
