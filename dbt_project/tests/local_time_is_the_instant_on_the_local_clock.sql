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
    event_at != {{ zone_timestamp('event_unix_ms', var('local_timezone')) }}
    or event_on != event_at::date
