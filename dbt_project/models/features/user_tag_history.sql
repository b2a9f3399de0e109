-- one row per (user_id, first_tag_id, as_of_date); the user's views with this tag
-- strictly before that day, shrunk toward all of the user's views
{{ config(materialized='incremental', unique_key='as_of_date') }}
{{ history(
    keys=['user_id', 'first_tag_id'], prefix='user_tag',
    prior=ref('user_priors'), prior_keys=['user_id', 'as_of_date'], prior_views=10,
    days=ref('user_tag_days')
) }}
