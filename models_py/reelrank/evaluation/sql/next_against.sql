-- one row per (relevance, baseline): both stages against it, lists of ten of the
-- catalogue
select
    relevance,
    baseline,
    difference,
    ci_low,
    ci_high
from ml.comparisons
where
    run_id = $run_id
    and protocol = 'end_to_end'
    and metric = 'ndcg'
    and k = 10
    and model = 'two_stage'
