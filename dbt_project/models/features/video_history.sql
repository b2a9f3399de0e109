-- one row per (video_id, as_of_date); views of the video strictly before that day
{{ config(materialized='incremental', unique_key='as_of_date') }}
{{ history(
    keys=['video_id'], prefix='video', prior=ref('log_history'), prior_views=20,
    days=ref('video_days')
) }}
