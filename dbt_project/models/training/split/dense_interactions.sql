-- one row per (user_id, video_id) of the dense matrix, with its labels

with dense_interactions as (
    select * from {{ ref('stg_dense_interactions') }}
),

long_view_steps as (
    {{ long_view_steps() }}
),

labelled as (
    select
        dense_interactions.user_id,
        dense_interactions.video_id,
        dense_interactions.play_duration_ms,
        dense_interactions.video_duration_ms,
        dense_interactions.watch_ratio,
        long_view_steps.duration_bucket,
        long_view_steps.watch_ratio_threshold as long_view_threshold,
        dense_interactions.event_unix_ms,
        dense_interactions.event_at,
        dense_interactions.event_on,
        dense_interactions.partition_date,
        dense_interactions.watch_ratio > 1 as is_above_one,
        dense_interactions.watch_ratio > long_view_steps.watch_ratio_threshold
            as is_long_view
    from dense_interactions
    inner join long_view_steps
        on
            {{ duration_step('dense_interactions.video_duration_ms') }}
            = long_view_steps.duration_step
)

select * from labelled
