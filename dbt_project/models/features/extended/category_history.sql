-- one row per (first_level_category_id, as_of_date); views of the category strictly
-- before that day
{{ history(
    keys=['first_level_category_id'], prefix='category', prior=ref('log_history'), prior_views=200,
    days=ref('video_days')
) }}
