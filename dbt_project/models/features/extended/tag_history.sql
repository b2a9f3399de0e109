-- one row per (first_tag_id, as_of_date); views of the tag strictly before that day
{{ history(
    keys=['first_tag_id'], prefix='tag', prior=ref('log_history'), prior_views=200,
    days=ref('video_days')
) }}
