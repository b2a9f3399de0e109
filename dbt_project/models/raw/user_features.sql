-- one row per line of user_features.csv; every column text, nothing decided
{{ config(meta={'rests_on': ['user_features']}) }}
{{ csv_rows('user_features') }}
