-- one row per (befriended user, event of a friend): what a user's friends watched,
-- as if it were known to the user

with friendships as (
    select * from {{ ref('stg_friendships') }}
),

events as (
    select * from {{ ref('interaction_events') }}
),

friend_events as (
    select
        friendships.user_id,
        {{ all_but(['user_id', 'is_in_train'], 'events') }} -- noqa: RF02
    from events
    inner join friendships on events.user_id = friendships.friend_id
)

select * from friend_events
