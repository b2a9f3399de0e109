-- The confidences of one user in eight equal those counted from the log and the instant
-- only of the boundary; each ratio enters the sum rounded to six digits.
with boundary as (
    select * from {{ ref('split_boundary') }}
),

found as (
    select * from {{ ref('als_confidences') }}
    where hash(user_id) % 8 = 0
),

expected as (
    select
        log.user_id,
        log.video_id,
        count(*) as watch_count,
        sum(greatest(log.watch_ratio, 0.001)) as watch_ratio_sum,
        max(log.event_unix_ms) as last_event_unix_ms
    from {{ ref('stg_interactions') }} as log
    cross join boundary
    where
        hash(log.user_id) % 8 = 0
        and (
            log.event_unix_ms, log.user_id, log.video_id, log.play_duration_ms,
            log.video_duration_ms
        ) < (
            boundary.boundary_unix_ms, boundary.boundary_user_id,
            boundary.boundary_video_id, boundary.boundary_play_duration_ms,
            boundary.boundary_video_duration_ms
        )
    group by all
)

select
    coalesce(expected.user_id, found.user_id) as user_id,
    coalesce(expected.video_id, found.video_id) as video_id
from expected
full outer join found
    on expected.user_id = found.user_id and expected.video_id = found.video_id
where
    expected.watch_count is distinct from found.watch_count
    or expected.last_event_unix_ms is distinct from found.last_event_unix_ms
    or abs(expected.watch_ratio_sum - found.watch_ratio_sum)
    > 1e-6 * expected.watch_count
