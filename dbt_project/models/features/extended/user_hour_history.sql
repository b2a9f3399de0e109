-- one row per (user_id, event_hour, as_of_date); the user's views with this hour of the
-- day strictly before that day, shrunk toward all of the user's views
{{ history(
    keys=['user_id', 'event_hour'], prefix='user_hour',
    prior=ref('user_priors'), prior_keys=['user_id', 'as_of_date'], prior_views=10
) }}
