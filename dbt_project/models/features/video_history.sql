-- one row per (video_id, as_of_date); views of the video strictly before that day
{{ history(
    keys=['video_id'], prefix='video', prior=ref('log_history'), prior_views=20
) }}
