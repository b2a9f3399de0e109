-- one row per event of the log; the same event written again is dropped
with typed as (
    select * from {{ ref('typed_interactions') }}
),

-- the same user, video, instant and durations: one event, kept under its earliest label
events as (
    select
        user_id,
        video_id,
        play_duration_ms,
        video_duration_ms,
        event_unix_ms,
        min(watch_ratio) filter (where problem is null) as watch_ratio,
        min(partition_date) filter (where problem is null) as partition_date,
        count_if(problem is null)::integer as copy_count
    from typed
    group by all
    having copy_count > 0
),

{%- if var('sessionise_seconds') %}

views as (
    {{ one_view_per_session('events') }}
),
{%- endif %}

ordered as (
    select
        *,
        {{ local_time('event_unix_ms', 'big_matrix') }} as event_at,
        row_number() over (
            partition by user_id, video_id
            order by event_unix_ms, play_duration_ms, video_duration_ms
        ) as nth_watch
    from {{ 'views' if var('sessionise_seconds') else 'events' }}
)

select
    user_id,
    video_id,
    play_duration_ms,
    video_duration_ms,
    watch_ratio,
    event_unix_ms,
    event_at,
    event_at::date as event_on,
    partition_date,
    nth_watch::integer as nth_watch,
    copy_count
from ordered
order by user_id, event_unix_ms, video_id, nth_watch
