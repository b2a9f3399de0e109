select event_unix_ms
from events
qualify
    row_number() over (order by event_unix_ms, user_id, video_id)
    = getvariable('event_count') * 80 // 100
