-- the users whose ALS vectors point most nearly in the same direction
{{ config(parameters=['user_id', 'k := 10']) }}
with nearest as (
    {{ nearest('user') }}
)

select
    row_number() over (order by n.cosine desc, n.user_id asc) as rank,
    n.user_id,
    round(n.cosine, 4) as cosine,
    f.friend_id is not null as is_friend,
    u.user_active_degree,
    u.register_days
from nearest as n
left join {{ ref('stg_users') }} as u on main.user_key(n.user_id) = u.user_id
left join {{ ref('stg_friendships') }} as f
    on main.user_key(user_id) = f.user_id and main.user_key(n.user_id) = f.friend_id
order by rank
