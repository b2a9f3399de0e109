-- one row per line among the first of the log: what it is taken for, or why it is set aside
select
    line_content,
    coalesce(users.id, line.user_id::varchar) as user_id,
    coalesce(videos.id, line.video_id::varchar) as video_id,
    play_duration_ms / 1000 as played_s,
    video_duration_ms / 1000 as length_s,
    watch_ratio,
    strftime(
        timezone($zone, make_timestamp_ms(event_unix_ms) at time zone 'UTC'),
        '%a %Y-%m-%d %H:%M:%S'
    ) as local_time,
    problem.column_name || ' is ' || problem.reason as problem
from (
    select *, row_number() over () as place
    from (from staging.typed_interactions limit $lines)
) as line
left join staging.id_keys as users on users.entity = 'user' and line.user_id = users.key
left join staging.id_keys as videos on videos.entity = 'video' and line.video_id = videos.key
order by line.place
