-- one row per (relevance, baseline): both stages against it, lists of ten of the
-- catalogue; none for a relevance by which all of them are equal
select
    relevance,
    baseline,
    difference,
    ci_low,
    ci_high,
    user_count
from ml.comparisons
where
    run_id = $run_id
    and protocol = 'end_to_end'
    and metric = 'ndcg'
    and k = 10
    and model = 'two_stage'
qualify max(abs(difference)) over (partition by relevance) > 1e-9
