-- one row per event of the log; the same event written again is dropped
{{ config(materialized='incremental', unique_key='event_on') }}
-- depends_on: {{ ref('file_days') }}

with typed as (
    select * from {{ ref('typed_interactions') }}
    where {{ is_of_built_part('big_matrix') }}
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

days as (
    select
        *,
        {{ local_time('event_unix_ms', 'big_matrix') }} as event_at,
        event_at::date as event_on
    from {{ 'views' if var('sessionise_seconds') else 'events' }}
),
{%- if is_incremental() %}

built_days as (
    select * from days
    where {{ is_built('event_on') }}
),

earlier_views as (
    select
        earlier.user_id,
        earlier.video_id,
        max(earlier.nth_watch) as nth_watch
    from {{ this }} as earlier
    semi join built_days
        on
            earlier.user_id = built_days.user_id
            and earlier.video_id = built_days.video_id
    where not {{ is_built('earlier.event_on') }}
    group by all
),
{%- endif %}

ordered as (
    select
        days.*,
        {% if is_incremental() -%} coalesce(earlier_views.nth_watch, 0) + {% endif -%}
        row_number() over (
            partition by days.user_id, days.video_id
            order by
                days.event_unix_ms, days.play_duration_ms, days.video_duration_ms
        ) as nth_watch
    {%- if is_incremental() %}
    from built_days as days
    left join earlier_views
        on
            days.user_id = earlier_views.user_id
            and days.video_id = earlier_views.video_id
    {%- else %}
    from days
    {%- endif %}
)

select
    user_id,
    video_id,
    play_duration_ms,
    video_duration_ms,
    watch_ratio,
    event_unix_ms,
    event_at,
    event_on,
    partition_date,
    nth_watch::integer as nth_watch,
    copy_count
from ordered
{{ stored_by('user_id, event_unix_ms, video_id, nth_watch') }}
