-- one row per view: 80 users, 5,000 views in two weeks of 400 clips that live for some
-- days; users like one of five kinds of clips
with picked as (
    select
        n,
        chance(n, $seed, 'day') as day_chance,
        cast(floor(80 * pow(chance(n, $seed, 'user'), 1.5)) as integer) as user_id,
        -- clips of the last days, the newest most of all; two in three of the own kind
        1 - 0.3 * pow(chance(n, $seed, 'video'), 2) as freshness,
        cast(floor(400 * (0.5 + day_chance / 2) * freshness) as integer) as newest,
        if(
            chance(n, $seed, 'kind') < 0.66,
            newest - newest % 5 + user_id % 5,
            newest
        ) as video_id,
        if(video_id % 5 = user_id % 5, 0.5, 0) as liking,
        4000 + 900 * (video_id % 17) as video_duration
    from range(5000) as t (n) -- noqa: AL05
)

select
    user_id,
    video_id,
    cast(
        video_duration * exp(chance(n, $seed, 'play') * 1.6 - 1.2 + liking) as integer
    ) as play_duration,
    video_duration,
    1593561600 + cast(86400 * 14 * day_chance as bigint) as timestamp
from picked
