-- the filter is pushed below the typing, which then runs for it and again for the columns
with kept as (
    select * from typed_events
    where problem is null
),

ranked as (
    select
        *,
        row_number() over (
            partition by user_id, video_id
            order by event_unix_ms, watch_ratio_e4
        ) as choice
    from kept
)

select sum(user_id + video_id + event_unix_ms % 1000 + day(event_on) + watch_ratio_e4)
from ranked
where choice = 1
