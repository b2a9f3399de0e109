-- one row per user; the profile as registered, text codes as small integers

with users as (
    select * from {{ ref('stg_users') }}
),

friend_counts as (
    select
        user_id,
        count(*) as friend_count
    from {{ ref('stg_friendships') }}
    group by all
),

user_profiles as (
    select
        users.user_id,
        cast(
            case users.user_active_degree
                when 'middle_active' then 0
                when 'high_active' then 1
                when 'full_active' then 2
            end as tinyint
        ) as user_active_degree,
        cast(users.is_lowactive_period as tinyint) as is_lowactive_period,
        cast(users.is_live_streamer as tinyint) as is_live_streamer,
        cast(users.is_video_author as tinyint) as is_video_author,
        users.follow_user_num,
        users.fans_user_num,
        users.friend_user_num,
        users.register_days,
        {% for i in range(18) %}users.onehot_feat{{ i }},
        {% endfor -%}
        {{ as_smallint('friend_counts.friend_count') }} as known_friend_count
    from users
    left join friend_counts on users.user_id = friend_counts.user_id
)

select * from user_profiles
