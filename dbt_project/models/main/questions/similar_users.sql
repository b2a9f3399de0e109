-- the users whose ALS vectors point most nearly in the same direction
{{ config(parameters=['user_id', 'k := 10']) }}
with vectors as (
    select
        f.user_id,
        f.factors
    from {{ source('ml', 'user_factors') }} as f
    where f.run_id = {{ latest_run_id() }}
),

nearest as (
    select
        main.user_key(this.user_id) as asked_key,
        main.user_key(other.user_id) as user_key,
        other.user_id,
        array_cosine_similarity(other.factors, this.factors) as cosine
    from vectors as this
    inner join vectors as other on this.user_id <> other.user_id
    where this.user_id = main.as_user_id(user_id)
    order by cosine desc, other.user_id asc
    limit k
)

select
    row_number() over (order by n.cosine desc, n.user_id asc) as rank,
    n.user_id,
    round(n.cosine, 4) as cosine,
    f.friend_id is not null as is_friend,
    u.user_active_degree,
    u.register_days
from nearest as n
left join {{ ref('stg_users') }} as u on n.user_key = u.user_id
left join {{ ref('stg_friendships') }} as f
    on n.asked_key = f.user_id and n.user_key = f.friend_id
order by rank
