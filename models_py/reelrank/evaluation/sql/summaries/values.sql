-- one row per value of a user, in the order of summaries/value_groups, then by user
select
    user_id,
    value
from judge_values
order by protocol, relevance, model, metric, k, user_id
