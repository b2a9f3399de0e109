-- one row per event of train and holdout and per pair of the dense matrix: who met which
-- video when, and the answer; a pair of the dense matrix is asked at the boundary

with log_moments as (
    select
        split as dataset,
        user_id,
        video_id,
        event_at,
        event_on,
        event_on as as_of_date,
        video_duration_ms,
        watch_ratio,
        is_long_view,
        long_view_threshold,
        nth_watch,
        event_unix_ms,
        cast(nth_watch - 1 as float) as pair_watch_count
    from {{ ref('interactions') }}
),

dense_moments as (
    select
        'dense' as dataset,
        dense_interactions.user_id,
        dense_interactions.video_id,
        dense_interactions.event_at,
        dense_interactions.event_on,
        boundary.boundary_on as as_of_date,
        dense_interactions.video_duration_ms,
        dense_interactions.watch_ratio,
        dense_interactions.is_long_view,
        dense_interactions.long_view_threshold,
        1 as nth_watch,
        dense_interactions.event_unix_ms,
        cast(0 as float) as pair_watch_count
    from {{ ref('dense_interactions') }} as dense_interactions
    cross join {{ ref('split_boundary') }} as boundary
),

ranker_moments as (
    select * from log_moments
    union all
    select * from dense_moments
)

select * from ranker_moments
