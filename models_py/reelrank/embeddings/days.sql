-- one row per local day of train, in order: its first instant and its events
select
    min(event_unix_ms) as first_unix_ms,
    count(*) as event_count
from training.interactions
where split = 'train'
group by event_on
order by event_on
