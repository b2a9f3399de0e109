-- one row per line of user_features.csv; every column text, nothing decided
{{ csv_rows('user_features') }}
