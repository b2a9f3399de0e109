-- one row per (user_id, first_tag_id, valid_from); views of the tag by the user's friends
-- strictly before any as-of date in [valid_from, valid_to]
{{ pair_history(
    keys=['user_id', 'first_tag_id'], prefix='friend_tag', prior_views=5,
    events=ref('friend_events')
) }}
