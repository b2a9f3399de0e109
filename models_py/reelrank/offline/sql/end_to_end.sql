-- one row per (relevance, model, user): the share of the first ten of a list of the
-- catalogue that the user then liked. What orders pairs is judged by the lists it is
-- used for
select
    relevance,
    if(model = 'two_stage', 'ranker', model) as model,
    main.user_key(user_id) as user_id,
    precision as share
from ml.user_metrics
where
    run_id = $run_id
    and protocol = 'end_to_end'
    and k = 10
    and model <> 'ranker'
