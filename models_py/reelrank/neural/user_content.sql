-- one row per (user, kind, value): the profile, counts as steps of their logarithm
with profiles as (
    select
        * replace (
            cast(round(log2(1 + follow_user_num)) as integer) as follow_user_num,
            cast(round(log2(1 + fans_user_num)) as integer) as fans_user_num,
            cast(round(log2(1 + friend_user_num)) as integer) as friend_user_num,
            cast(round(log2(1 + register_days)) as integer) as register_days
        )
    from features.user_profiles
),

codes as (
    unpivot (select cast(columns(*) as integer) from profiles)
    on columns(* exclude (user_id))
    into name kind value value
)

select
    user_id as id,
    kind,
    value,
    cast(1 as float) as weight
from codes
order by user_id, kind, value
