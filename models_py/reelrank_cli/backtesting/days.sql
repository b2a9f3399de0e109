-- the last $count days of the log, the last first, without the first of all
select distinct cast(event_on as varchar) as day
from training.interactions
where event_on > (select min(events.event_on) from training.interactions as events)
order by day desc
limit $count
