-- The ordinals of a pair run from 1 without a gap, in the order of time.
with log as (
    select * from {{ ref('stg_interactions') }}
),

later_views as (
    select
        user_id,
        video_id
    from log
    where nth_watch != 1
),

watched_again as (
    select log.*
    from log
    semi join later_views
        on log.user_id = later_views.user_id and log.video_id = later_views.video_id
),

views as (
    select
        user_id,
        video_id,
        nth_watch,
        event_unix_ms,
        lag(event_unix_ms) over pair as earlier_unix_ms,
        lag(nth_watch, 1, 0) over pair as earlier_watch
    from watched_again
    window pair as (partition by user_id, video_id order by nth_watch)
)

select * from views
where nth_watch != earlier_watch + 1 or event_unix_ms < earlier_unix_ms
