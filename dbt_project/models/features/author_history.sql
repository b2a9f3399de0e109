-- one row per (author_id, as_of_date); views of the author strictly before that day
{{ history(
    keys=['author_id'], prefix='author', prior=ref('log_history'), prior_views=50
) }}
