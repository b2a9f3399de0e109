with hours as (
    select
        event_unix_ms // 3600000 as unix_hour,
        count(*) as event_count
    from events
    group by all
),

running as (
    select
        unix_hour,
        event_count,
        sum(event_count) over (order by unix_hour) as through_hour
    from hours
),

boundary as (
    select
        unix_hour,
        getvariable('event_count') * 80 // 100 - (through_hour - event_count) as place
    from running
    where place between 1 and event_count
)

select events.event_unix_ms
from events
inner join boundary on events.event_unix_ms // 3600000 = boundary.unix_hour
qualify
    row_number() over (
        order by events.event_unix_ms, events.user_id, events.video_id
    ) = boundary.place
