-- one row per kept event of the log, with its side of the time split and its labels
{{ config(materialized='incremental', unique_key='event_on') }}

with interactions as (
    select * from {{ ref('stg_interactions') }}
    where {{ is_built('event_on') }}
),

boundary as (
    select * from {{ ref('split_boundary') }}
),

long_view_steps as (
    {{ long_view_steps() }}
),

labelled as (
    select
        interactions.user_id,
        interactions.video_id,
        interactions.play_duration_ms,
        interactions.video_duration_ms,
        interactions.watch_ratio,
        interactions.nth_watch,
        long_view_steps.duration_bucket,
        long_view_steps.watch_ratio_threshold as long_view_threshold,
        -- measures of history in whole ten-thousandths: sums are exact, in any order
        cast(round(least(interactions.watch_ratio, 5) * 10000) as integer)
            as clipped_watch_ratio_e4,
        cast(
            round(
                ln(least(greatest(interactions.play_duration_ms, 500), 60000) / 1000.0)
                * 10000
            ) as integer
        ) as log_play_seconds_e4,
        interactions.event_unix_ms,
        interactions.event_at,
        interactions.event_on,
        interactions.partition_date,
        case
            when {{ is_before_boundary('interactions', 'boundary') }} then 'train'
            else 'holdout'
        end as split,
        interactions.watch_ratio > 1 as is_above_one,
        interactions.watch_ratio > long_view_steps.watch_ratio_threshold as is_long_view
    from interactions
    cross join boundary
    inner join long_view_steps
        on
            {{ duration_step('interactions.video_duration_ms') }}
            = long_view_steps.duration_step
)

select * from labelled
