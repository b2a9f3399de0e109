-- one row per line of social_network.csv, typed; problem says why a line cannot be kept
{{ typed_id_lists(
    'social_network', 'user', 'user_id', 'user', 'friend_list', 'friend_ids',
    'user ids like [4202, 7126]'
) }}
