-- one row per view: 600 users, 12,000 views of 500 clips within one day
with chances as (
    select
        n,
        hash(n, $seed, 'user') % 10000 / 10000 as user_chance,
        hash(n, $seed, 'video') % 10000 / 10000 as video_chance,
        hash(n, $seed, 'kind') % 10000 / 10000 as kind_chance,
        hash(n, $seed, 'play') % 10000 / 10000 as play_chance,
        hash(n, $seed, 'time') % 10000 / 10000 as time_chance
    from range(12000) as t (n) -- noqa: AL05
),

picked as (
    select
        *,
        cast(floor(600 * pow(user_chance, 1.3)) as integer) as user_id,
        cast(floor(500 * pow(video_chance, 1.8)) as integer) as popular,
        if(kind_chance < 0.5, popular - popular % 5 + user_id % 5, popular) as video_id
    from chances
)

select
    user_id,
    video_id,
    cast(
        (5000 + 1500 * (video_id % 23))
        * exp(play_chance * 1.8 - 1.4 + if(video_id % 5 = user_id % 5, 0.5, 0)) as integer
    ) as play_duration,
    5000 + 1500 * (video_id % 23) as video_duration,
    1593561600 + cast(86400 * time_chance as bigint) as timestamp
from picked
