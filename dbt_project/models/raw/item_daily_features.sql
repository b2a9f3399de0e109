-- one row per line of item_daily_features.csv; every column text, nothing decided
{{ csv_rows('item_daily_features') }}
