-- one row per dense user: what the log said of the user before the boundary, per video
with dense as (
    select distinct user_id
    from training.dense_interactions
)

select
    dense.user_id,
    avg(cast(log.is_long_view as integer)) as long_views,
    avg(least(log.play_duration_ms, 600000)) / 1000 as watch_seconds,
    avg(cast(log.play_duration_ms < 3000 as integer)) as skips
from dense
left join training.interactions as log
    on dense.user_id = log.user_id and log.split = 'train'
group by dense.user_id
order by dense.user_id
