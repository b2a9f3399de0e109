-- one row per line of item_daily_features.csv; every column text, nothing decided
{{ config(meta={'rests_on': ['item_daily_features']}) }}
{{ csv_rows('item_daily_features') }}
