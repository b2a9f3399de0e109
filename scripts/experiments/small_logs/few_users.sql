-- one row per view: 80 users, 5,000 views in two weeks of 400 clips that live for some
-- days; users like one of five kinds of clips
with chances as (
    select
        n,
        hash(n, $seed, 'user') % 10000 / 10000 as user_chance,
        hash(n, $seed, 'video') % 10000 / 10000 as video_chance,
        hash(n, $seed, 'kind') % 10000 / 10000 as kind_chance,
        hash(n, $seed, 'play') % 10000 / 10000 as play_chance,
        hash(n, $seed, 'day') % 10000 / 10000 as day_chance
    from range(5000) as t (n) -- noqa: AL05
),

picked as (
    select
        *,
        cast(floor(80 * pow(user_chance, 1.5)) as integer) as user_id,
        floor(14 * day_chance) as day,
        -- clips of the last days, the newest most of all; two in three of the own kind
        cast(
            floor(400 * (0.5 + day_chance / 2) * (1 - 0.3 * pow(video_chance, 2)))
            as integer
        ) as newest,
        if(kind_chance < 0.66, newest - newest % 5 + user_id % 5, newest) as video_id
    from chances
)

select
    user_id,
    video_id,
    cast(
        (4000 + 900 * (video_id % 17))
        * exp(play_chance * 1.6 - 1.2 + if(video_id % 5 = user_id % 5, 0.5, 0)) as integer
    ) as play_duration,
    4000 + 900 * (video_id % 17) as video_duration,
    1593561600 + cast(86400 * 14 * day_chance as bigint) as timestamp
from picked
