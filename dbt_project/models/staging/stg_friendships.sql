-- one row per (user_id, friend_id)
{{ config(meta={'rests_on': ['social_network']}) }}
with typed as (
    select * from {{ ref('typed_friendships') }}
    where problem is null
)

select distinct
    user_id,
    {{ each_of('friend_ids') }} as friend_id
from typed
order by user_id, friend_id
