-- one row per model of a run that makes lists of the whole catalogue: its first ten by
-- what the log then showed, by the true chance of a long view (simulated data only),
-- and how alive
select
    model,
    max(value) filter (relevance = 'long_view' and metric = 'ndcg') as long_view,
    max(ci_low) filter (relevance = 'long_view' and metric = 'ndcg') as long_view_low,
    max(ci_high) filter (relevance = 'long_view' and metric = 'ndcg') as long_view_high,
    max(value) filter (relevance = 'watch_ratio_above_1' and metric = 'ndcg')
        as watch_ratio_above_1,
    max(ci_low) filter (relevance = 'watch_ratio_above_1' and metric = 'ndcg')
        as watch_ratio_above_1_low,
    max(ci_high) filter (relevance = 'watch_ratio_above_1' and metric = 'ndcg')
        as watch_ratio_above_1_high,
    max(value) filter (relevance = 'long_view' and metric = 'true_chance')
        as true_chance,
    max(value) filter (metric = 'alive_share') as alive_share,
    max(value) filter (metric = 'age_days') as age_days
from ml.metrics
where
    run_id = $run_id
    and k = 10
    and protocol in ('end_to_end', 'end_to_end_truth')
    and metric in ('ndcg', 'true_chance', 'alive_share', 'age_days')
group by model
having long_view is not null or true_chance is not null
order by long_view desc nulls last, true_chance desc nulls last, model asc
