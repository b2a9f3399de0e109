-- one row per (user_id, author_id, valid_from); the user's views of the author strictly
-- before any as-of date in [valid_from, valid_to], shrunk toward all views so far
{{ pair_history(
    keys=['user_id', 'author_id'], prefix='user_author', prior_views=5
) }}
