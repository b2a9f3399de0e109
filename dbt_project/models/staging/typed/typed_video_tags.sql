-- one row per line of item_categories.csv, typed; problem says why a line cannot be kept
{{ typed_id_lists(
    'item_categories', 'video', 'video_id', 'tag', 'feat', 'tag_ids',
    'whole numbers like [27, 9]'
) }}
