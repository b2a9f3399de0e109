-- one row per (user_id, first_tag_id, as_of_date); the user's views with this tag
-- strictly before that day, shrunk toward all of the user's views
{{ history(
    keys=['user_id', 'first_tag_id'], prefix='user_tag',
    prior=ref('user_priors'), prior_keys=['user_id', 'as_of_date'], prior_views=10
) }}
