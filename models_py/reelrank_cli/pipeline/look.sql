-- one row per line among the first of the log: what it is taken for, or why it is set aside
select
    line_content,
    user_id,
    video_id,
    play_duration_ms / 1000 as played_s,
    video_duration_ms / 1000 as length_s,
    watch_ratio,
    strftime(
        timezone($zone, make_timestamp_ms(event_unix_ms) at time zone 'UTC'),
        '%a %Y-%m-%d %H:%M:%S'
    ) as local_time,
    problem.column_name || ' is ' || problem.reason as problem
from staging.typed_interactions
limit $lines
