with known as (
    select
        user_id,
        event_on,
        sum(watch_ratio_e4) over (
            partition by user_id
            order by event_on
            range between unbounded preceding and interval 1 day preceding
        ) as watch_ratio_e4
    from events
),

days as (
    select distinct
        user_id,
        event_on,
        watch_ratio_e4
    from known
)

select sum(watch_ratio_e4) from days
