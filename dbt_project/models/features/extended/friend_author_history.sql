-- one row per (user_id, author_id, valid_from); views of the author by the user's friends
-- strictly before any as-of date in [valid_from, valid_to]
{{ pair_history(
    keys=['user_id', 'author_id'], prefix='friend_author', prior_views=5,
    events=ref('friend_events')
) }}
