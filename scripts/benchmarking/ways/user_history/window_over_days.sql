with days as (
    select
        user_id,
        event_on,
        sum(watch_ratio_e4) as watch_ratio_e4
    from events
    group by all
),

known as (
    select
        sum(watch_ratio_e4) over (
            partition by user_id
            order by event_on
            rows between unbounded preceding and 1 preceding
        ) as watch_ratio_e4
    from days
)

select sum(watch_ratio_e4) from known
