-- one row per (run, dense user): the arm of an A/A run
with users as (
    select distinct user_id
    from training.dense_interactions
),

runs as (
    select unnest(range($runs)) as salt
)

select md5_number_lower(format('{}:{}', runs.salt, users.user_id)) % 2 = 1 as is_treated
from users
cross join runs
order by runs.salt, users.user_id
