with at_5 as (
    select 1 from events
    qualify
        row_number() over (partition by user_id order by watch_ratio_e4, video_id)
        <= 5
),

at_10 as (
    select 1 from events
    qualify
        row_number() over (partition by user_id order by watch_ratio_e4, video_id)
        <= 10
),

at_20 as (
    select 1 from events
    qualify
        row_number() over (partition by user_id order by watch_ratio_e4, video_id)
        <= 20
),

at_50 as (
    select 1 from events
    qualify
        row_number() over (partition by user_id order by watch_ratio_e4, video_id)
        <= 50
),

at_100 as (
    select 1 from events
    qualify
        row_number() over (partition by user_id order by watch_ratio_e4, video_id)
        <= 100
),

at_250 as (
    select 1 from events
    qualify
        row_number() over (partition by user_id order by watch_ratio_e4, video_id)
        <= 250
)

select
    (select count(*) from at_5) + (select count(*) from at_10)
    + (select count(*) from at_20) + (select count(*) from at_50)
    + (select count(*) from at_100) + (select count(*) from at_250)
