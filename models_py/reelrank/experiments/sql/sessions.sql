-- one row per (user, day) of the last $days days of the dense matrix: how many videos the
-- user takes on the day, as many as were watched then, at most $per_day
with dated as (
    select
        user_id,
        event_on,
        count(*) as video_count
    from training.dense_interactions
    where event_on is not null
    group by user_id, event_on
),

bounds as (
    select max(event_on) as last_on
    from dated
)

select
    dated.user_id,
    $days - 1 - (bounds.last_on - dated.event_on) as day,
    least(dated.video_count, $per_day) as video_count
from dated
cross join bounds
where dated.event_on > bounds.last_on - $days
order by dated.user_id, day
