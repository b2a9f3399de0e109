-- one row per (user_id, video_id, valid_from); views of the video by the user's friends
-- strictly before any as-of date in [valid_from, valid_to]
{{ pair_history(
    keys=['user_id', 'video_id'], prefix='friend_video', prior_views=5,
    events=ref('friend_events')
) }}
