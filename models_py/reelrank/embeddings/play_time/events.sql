-- one row per event of train, or of only the users of the dense matrix, in the order
-- of users and time: its play time, what a long view would take, and the context it
-- was watched in
select
    interactions.user_id,
    interactions.video_id,
    cast(ln(greatest(interactions.play_duration_ms, 100)) as float) as log_play,
    cast(
        ln(interactions.long_view_threshold * interactions.video_duration_ms) as float
    ) as log_long_view,
    cast(hour_code(interactions.event_at) as utinyint) as hour,
    cast(age_code(interactions.event_at, video_profiles.uploaded_on) as utinyint) as age,
    cast(repeat_code(interactions.nth_watch - 1) as utinyint) as repeat,
    cast(interactions.event_on - date '1970-01-01' as integer) as day,
    interactions.event_unix_ms
from training.interactions
left join features.video_profiles
    on interactions.video_id = video_profiles.video_id
where
    interactions.split = 'train'
    and (
        not $only_dense_users
        or interactions.user_id in (
            select dense.user_id from training.dense_interactions as dense
        )
    )
order by
    interactions.user_id,
    interactions.event_unix_ms,
    interactions.video_id,
    interactions.nth_watch
