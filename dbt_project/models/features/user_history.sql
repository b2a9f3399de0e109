-- one row per (user_id, as_of_date); views of the user strictly before that day
{{ config(materialized='incremental', unique_key='as_of_date') }}
{{ history(
    keys=['user_id'], prefix='user', prior=ref('log_history'), prior_views=20,
    days=ref('user_days')
) }}
