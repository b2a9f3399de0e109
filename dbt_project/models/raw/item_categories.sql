-- one row per line of item_categories.csv; every column text, nothing decided
{{ csv_rows('item_categories') }}
