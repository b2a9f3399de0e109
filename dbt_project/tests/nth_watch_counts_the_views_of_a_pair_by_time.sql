-- The ordinals of a pair run from 1 without a gap, in the order of time.
with log as (
    select * from {{ ref('stg_interactions') }}
),

watched_again as (
    select * from log
    semi join (from log where nth_watch != 1) as later_views using (user_id, video_id)
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
