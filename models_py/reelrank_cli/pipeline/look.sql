-- one row per line among the first of the log: what it is taken for, or its problem
with lines as (
    select * from staging.typed_interactions
    limit $lines -- noqa: AM09
),

placed as (
    select
        *,
        row_number() over () as place
    from lines
)

select
    line.line_content,
    coalesce(users.id, line.user_id::varchar) as user_id,
    coalesce(videos.id, line.video_id::varchar) as video_id,
    line.play_duration_ms / 1000 as played_s,
    line.video_duration_ms / 1000 as length_s,
    line.watch_ratio,
    strftime(
        timezone($zone, make_timestamp_ms(line.event_unix_ms) at time zone 'UTC'),
        '%a %Y-%m-%d %H:%M:%S'
    ) as local_time,
    coalesce(line.problem.column_name || ' is ', '') || line.problem.reason as problem
from placed as line
left join staging.id_keys as users on users.entity = 'user' and line.user_id = users.key
left join staging.id_keys as videos
    on videos.entity = 'video' and line.video_id = videos.key
order by line.place
