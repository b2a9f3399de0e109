-- one row per view: 600 users, 12,000 views of 500 clips within one day
with picked as (
    select
        n,
        cast(floor(600 * pow(chance(n, $seed, 'user'), 1.3)) as integer) as user_id,
        cast(floor(500 * pow(chance(n, $seed, 'video'), 1.8)) as integer) as popular,
        if(
            chance(n, $seed, 'kind') < 0.5,
            popular - popular % 5 + user_id % 5,
            popular
        ) as video_id,
        if(video_id % 5 = user_id % 5, 0.5, 0) as liking,
        5000 + 1500 * (video_id % 23) as video_duration
    from range(12000) as t (n) -- noqa: AL05
)

select
    user_id,
    video_id,
    cast(
        video_duration * exp(chance(n, $seed, 'play') * 1.8 - 1.4 + liking) as integer
    ) as play_duration,
    video_duration,
    1593561600 + cast(86400 * chance(n, $seed, 'time') as bigint) as timestamp
from picked
