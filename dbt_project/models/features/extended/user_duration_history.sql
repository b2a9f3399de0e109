-- one row per (user_id, duration_class, as_of_date); the user's views with this length
-- class strictly before that day, shrunk toward all of the user's views
{{ history(
    keys=['user_id', 'duration_class'], prefix='user_duration',
    prior=ref('user_priors'), prior_keys=['user_id', 'as_of_date'], prior_views=10
) }}
