-- The ratio of the file agrees with the durations beside it, in both matrices.
{{ config(severity='warn') }}

with views as (
    select
        'log' as matrix,
        user_id,
        video_id,
        watch_ratio,
        play_duration_ms / video_duration_ms as expected_ratio
    from {{ ref('stg_interactions') }}

    union all

    select
        'dense' as matrix,
        user_id,
        video_id,
        watch_ratio,
        play_duration_ms / video_duration_ms as expected_ratio
    from {{ ref('stg_dense_interactions') }}
)

select * from views
where abs(watch_ratio - expected_ratio) > 1e-5 * (1 + expected_ratio)
