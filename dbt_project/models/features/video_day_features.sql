-- one row per (video_id, event_on); the reference system's counters of the event's own
-- day: leaky, they contain the rest of that day, and serve the reference feature set only
{{ config(
    materialized='incremental', unique_key='event_on',
    meta={'rests_on': ['item_daily_features']}
) }}

with video_days as (
    select * from {{ ref('stg_video_days') }}
    where {{ is_built('date') }}
),

video_day_features as (
    select
        video_id,
        date as event_on,
        cast(video_duration_ms as float) as video_duration_daily,
        cast(play_progress as float) as daily_play_progress,
        {{ ratio_or_zero('play_cnt', 'show_cnt') }} as daily_play_per_show_ratio,
        {{ ratio_or_zero('like_cnt', 'play_cnt') }} as daily_like_per_play_ratio,
        {{ ratio_or_zero('complete_play_cnt', 'play_cnt') }} as daily_completion_rate
    from video_days
)

select * from video_day_features
