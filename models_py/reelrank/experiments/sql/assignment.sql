-- one row per dense user: the arm, by a hash of user and salt alone. MD5, since the
-- lowest bits of hash() of two numbers hardly mix: another salt would only swap the arms
with users as (
    select distinct user_id
    from training.dense_interactions
)

select
    user_id,
    cast(md5_number_lower(format('{}:{}', $salt, user_id)) % $arms as integer) as arm
from users
order by user_id
