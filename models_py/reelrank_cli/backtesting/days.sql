-- the last $count days of the log, the last first; stray events make no day: it has at
-- least a tenth of the events of the mean day, and others before it
with days as (
    select
        event_on,
        count(*) as event_count
    from training.interactions
    group by event_on
),

usual as (
    select
        avg(event_count) as event_count,
        min(event_on) as first_on
    from days
)

select cast(days.event_on as varchar) as day
from days
inner join usual
    on
        days.event_count * 10 >= usual.event_count
        and days.event_on > usual.first_on
order by days.event_on desc
limit $count
