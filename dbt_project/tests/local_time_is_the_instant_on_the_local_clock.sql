-- A sample of events, against the calendar of the time zone instead of its fixed offset.
with sample as (
    select * from {{ ref('stg_interactions') }}
    order by hash(user_id, video_id, event_unix_ms)
    limit 20000
)

select
    user_id,
    video_id,
    event_at
from sample
where
    event_at != timezone(
        '{{ var("local_timezone") }}', make_timestamp_ms(event_unix_ms) at time zone 'UTC'
    )
    or event_on != event_at::date
