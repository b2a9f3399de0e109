-- nothing to push: every field is typed once
with judged as (
    select
        *,
        problem is not null as is_faulty
    from typed_events
),

ranked as (
    select
        *,
        row_number() over (
            partition by user_id, video_id
            order by is_faulty, event_unix_ms, watch_ratio_e4
        ) as choice
    from judged
)

select sum(user_id + video_id + event_unix_ms % 1000 + day(event_on) + watch_ratio_e4)
from ranked
where choice = 1 and not is_faulty
