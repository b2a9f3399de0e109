-- one row per (author_id, as_of_date); views of the author strictly before that day
{{ config(materialized='incremental', unique_key='as_of_date') }}
{{ history(
    keys=['author_id'], prefix='author', prior=ref('log_history'), prior_views=50,
    days=ref('video_days')
) }}
