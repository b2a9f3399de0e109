-- one row per (protocol, relevance, model) of the headline table
select
    protocol,
    relevance,
    model,
    max(value) filter (where metric = 'ndcg') as ndcg,
    max(ci_low) filter (where metric = 'ndcg') as ci_low,
    max(ci_high) filter (where metric = 'ndcg') as ci_high,
    max(value) filter (where metric = 'precision') as precision
from run_metrics
where
    k = 10
    and metric in ('ndcg', 'precision')
    and protocol in ('dense', 'holdout', 'end_to_end')
    and relevance in ('watch_ratio_above_1', 'long_view')
group by all
having ndcg is not null
order by protocol asc, relevance desc, ndcg desc, model asc
